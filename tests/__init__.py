import pytest

# The asserts of modules that tests share say what they found, too.
pytest.register_assert_rewrite("tests")
