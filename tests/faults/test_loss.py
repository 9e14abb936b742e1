"""The sieve loses what it is told to lose, wherever the network cuts the bytes."""

import pytest

from tests.faults.loss import Loss, end_of_answer


def message(topic: str, body: bytes) -> bytes:
    return b"*3\r\n$7\r\nmessage\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n" % (
        len(topic),
        topic.encode(),
        len(body),
        body,
    )


ANSWERS = b"+OK\r\n:3\r\n$-1\r\n*2\r\n$1\r\na\r\n*1\r\n:1\r\n-ERR no\r\n"


@pytest.mark.parametrize("piece", [1, 2, 7, 4096])
def test_every_third_message_is_lost_and_no_answer(piece: int):
    loss = Loss(one_in=3)
    sieve = loss.sieve()
    messages = [message("pulse:{01}:board", b"\r\n*3\r\n%d" % n) for n in range(6)]
    said = ANSWERS + b"".join(messages) + message("pulse:node:1", b"beat") + ANSWERS
    heard = b"".join(sieve(said[at : at + piece]) for at in range(0, len(said), piece))
    kept = [one for n, one in enumerate(messages, 1) if n % 3]
    assert heard == ANSWERS + b"".join(kept) + message("pulse:node:1", b"beat") + ANSWERS
    assert loss.lost == 2


def test_an_answer_ends_where_all_of_it_is_there():
    assert end_of_answer(b"$3\r\nab", 0) is None
    assert end_of_answer(b"$3\r\nabc\r\n", 0) == 9
    assert end_of_answer(b"*2\r\n:1\r\n", 0) is None
