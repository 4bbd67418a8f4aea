"""Counting a script's own lines, on scripts whose lengths can be seen."""

from __future__ import annotations

from tests.lengths import code, functions


def test_own_lines_leave_named_functions_inside_out() -> None:
    text = """export function outer({ one, two }) {
  const braces = "}}}" + `{${one ? `}` : "{"}` + /[}]/.test(two); // }
  /* } */
  const arrow = (each) => {
    return each;
  };
  items.forEach((item) => {
    use(item);
  });
  return {
    method(a, b) {
      if (a) {
        return b;
      }
    },
    async other() {
      await arrow();
    },
  };
}
const short = (x) => x + 1;
async function last() {}
"""
    assert sorted(functions(text)) == [
        ("arrow", 3),
        ("last", 1),
        ("method", 5),
        ("other", 3),
        ("outer", 9),
    ]


def test_what_is_no_code_is_blanked_in_place() -> None:
    text = 'a = `x ${ {b: "}"} } y`; // {\nc'
    assert len(code(text)) == len(text)
    assert code(text).count("{") == code(text).count("}") == 1
    assert code(text).endswith("\nc")
