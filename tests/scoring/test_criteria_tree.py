"""The tree of a set: one query, and every node knows its place."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.models import CriteriaSet
from scoring.tree import Tree
from tests.world import World

pytestmark = pytest.mark.any_database


@pytest.fixture
def tree(world: World) -> Tree:
    return Tree.of(world.criteria_set)


def test_one_query_loads_everything(world: World) -> None:
    criteria_set = CriteriaSet.objects.get(pk=world.criteria_set.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        tree = Tree.of(criteria_set)
        for node in tree.nodes:
            assert node.criterion.criteria_set is criteria_set
            assert node.criterion.parent is node.parent
            assert node.is_leaf or tree.leaves_below(node)
            assert (node.criterion.section or node.criterion) is node.section
    assert len(queries) == 1


def test_nodes_stand_in_reading_order(tree: Tree) -> None:
    assert [node.criterion.code for node in tree.nodes] == [
        "1", "1.1", "1.2", "1.2.1", "1.2.2", "2", "2.1", "2.2", "3",
    ]  # fmt: skip
    assert [node.criterion.code for node in tree.leaves] == ["1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3"]
    assert [node.criterion.code for node in tree.roots] == ["1", "2", "3"]


def test_a_node_knows_its_place(tree: Tree) -> None:
    node = next(node for node in tree.nodes if node.criterion.code == "1.2.1")
    assert ([above.code for above in node.path], node.depth, node.section.code) == (["1", "1.2"], 3, "1")
    assert tree.by_id[node.criterion.pk] is node
    assert tree.level_name(node) == "Tiêu chí thành phần"
    assert tree.depth == 3


def test_a_field_without_children_is_a_leaf_and_its_own_section(tree: Tree) -> None:
    node = tree.nodes[-1]
    assert (node.is_leaf, node.parent, node.section) == (True, None, node.criterion)
    assert tree.leaves_below(node) == (node,)


def test_leaves_below_a_branch(tree: Tree) -> None:
    assert [leaf.criterion.code for leaf in tree.leaves_below(tree.nodes[0])] == ["1.1", "1.2.1", "1.2.2"]


def test_levels_without_a_name_have_none(world: World) -> None:
    world.criteria_set.level_names = ["Lĩnh vực"]
    tree = Tree.of(world.criteria_set)
    assert [tree.level_name(node) for node in tree.nodes[:2]] == ["Lĩnh vực", ""]


def test_a_set_without_criteria_is_an_empty_tree(world: World) -> None:
    empty = CriteriaSet.objects.create(
        code="trong", title="x", issuer=world.district, unit_type="commune", total_points=0
    )
    assert (Tree.of(empty).nodes, Tree.of(empty).depth) == ((), 0)
