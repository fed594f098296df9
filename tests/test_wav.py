"""WAV files that any player of G.711 opens."""

import random
import struct

import pytest

from harness.wav import _mu_law, speech_like


def chunks(file: bytes) -> dict[bytes, bytes]:
    """The chunks of a RIFF file, checked as they are walked."""
    magic, size, form = struct.unpack_from("<4sI4s", file)
    assert (magic, size, form) == (b"RIFF", len(file) - 8, b"WAVE")
    found, at = {}, 12
    while at < len(file):
        name, length = struct.unpack_from("<4sI", file, at)
        found[name] = file[at + 8 : at + 8 + length]
        assert len(found[name]) == length
        at += 8 + length + length % 2
    assert at == len(file)
    return found


# ITU-T G.711, table 2b, at 16-bit scale: the decision values' neighbours.
@pytest.mark.parametrize(
    ("sample", "octet"),
    [
        (0, 0xFF),
        (-1, 0x7F),
        (4, 0xFE),
        (-4, 0x7E),
        (120, 0xF0),
        (124, 0xEF),
        (1_000, 0xCE),
        (-1_000, 0x4E),
        (8_059, 0xA0),
        (8_060, 0x9F),
        (32_635, 0x80),
        (32_767, 0x80),
        (-32_768, 0x00),
    ],
)
def test_samples_are_coded_as_the_standard_says(sample: int, octet: int) -> None:
    assert _mu_law(sample) == octet


def decoded(octet: int) -> int:
    """G.711 µ-law the other way."""
    octet = ~octet & 0xFF
    magnitude = (((octet & 0x0F) << 3) + 0x84 << (octet >> 4 & 7)) - 0x84
    return -magnitude if octet & 0x80 else magnitude


def test_every_sample_comes_back_within_half_a_step() -> None:
    for sample in range(-32_635, 32_636, 7):
        step = 8 << max((abs(sample) + 0x84).bit_length() - 8, 0)
        assert abs(decoded(_mu_law(sample)) - sample) <= step / 2


def test_a_file_is_riff_with_two_channels_of_mu_law_at_8_khz() -> None:
    found = chunks(speech_like(random.Random(1), 0.5))
    assert list(found) == [b"fmt ", b"fact", b"data"]
    form, channels, rate, byte_rate, block, bits, extra = struct.unpack("<HHIIHHH", found[b"fmt "])
    assert (form, channels, rate, byte_rate) == (7, 2, 8_000, 16_000)
    assert (block, bits, extra) == (2, 8, 0)
    assert struct.unpack("<I", found[b"fact"]) == (4_000,)
    assert len(found[b"data"]) == 8_000


def test_one_speaks_while_the_other_listens() -> None:
    data = chunks(speech_like(random.Random(2), 0.5))[b"data"]
    agent, caller = (sum(abs(decoded(octet)) for octet in data[channel::2]) for channel in (0, 1))
    assert agent > 5 * caller


def test_the_same_seed_gives_the_same_file() -> None:
    assert speech_like(random.Random(3), 0.1) == speech_like(random.Random(3), 0.1)
    assert speech_like(random.Random(3), 0.1) != speech_like(random.Random(4), 0.1)
