"""QR codes of links, by segno: bytes at error correction level L."""

from __future__ import annotations

from explorer.errors import InvalidQuery

MOST = 2953  # bytes that the largest code holds at level L


def modules(text: str) -> tuple[str, ...]:
    """Return the code's rows, `1` for dark and `0` for light, without the quiet zone around it.

    Raises:
        InvalidQuery: for no text, or one that is too long for any code.
    """
    import segno  # noqa: PLC0415  not needed for the first page

    size = len(text.encode("utf-8", "surrogatepass"))
    if not 0 < size <= MOST:
        raise InvalidQuery("code.length", received=size, limit=MOST)
    try:
        code = segno.make_qr(text, error="l", boost_error=False)
    except (segno.DataOverflowError, UnicodeError) as error:
        raise InvalidQuery("code.length", received=size, limit=MOST) from error
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.matrix)
