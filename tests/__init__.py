import pytest

# The asserts of a module that tests share say what they found, too.
pytest.register_assert_rewrite("tests.e2e.portal")
