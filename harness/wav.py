"""WAV files as a recorder writes them: G.711 µ-law, 8 kHz, agent and caller on two channels.

The standard library writes PCM only, and G.711 is what contact centres keep.
"""

import math
import random
import struct
from typing import Final

_RATE_HZ: Final = 8000
_MU_LAW: Final = 7  # WAVE_FORMAT_MULAW
_CHANNELS: Final = 2
_BIAS: Final = 0x84
_CLIP: Final = 32635


def speech_like(rng: random.Random, length_s: float) -> bytes:
    """A dual-channel WAV file of `length_s`: two voices that take turns, as bursts of tones."""
    frames = int(length_s * _RATE_HZ)
    agent, caller = rng.uniform(90, 160), rng.uniform(160, 250)
    turn = rng.uniform(0.6, 1.4)
    samples = bytearray()
    for frame in range(frames):
        at_s = frame / _RATE_HZ
        talking = int(at_s / turn) % 2
        for channel, pitch in enumerate((agent, caller)):
            loud = 9000.0 if channel == talking else 120.0
            samples.append(_mu_law(int(loud * _voice(pitch, at_s) + rng.gauss(0, 60))))
    return _riff(bytes(samples))


def _voice(pitch: float, at_s: float) -> float:
    syllable = 0.5 + 0.5 * math.sin(2 * math.pi * 4 * at_s)
    tones = sum(math.sin(2 * math.pi * pitch * n * at_s) / n for n in (1, 2, 3))
    return syllable * tones / 1.8


def _mu_law(sample: int) -> int:
    """One G.711 µ-law octet of a 16-bit sample (ITU-T G.711)."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), _CLIP) + _BIAS
    exponent = max(magnitude.bit_length() - 8, 0)
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 0x0F) & 0xFF


def _riff(samples: bytes) -> bytes:
    rate = _RATE_HZ * _CHANNELS
    form = struct.pack("<HHIIHHH", _MU_LAW, _CHANNELS, _RATE_HZ, rate, _CHANNELS, 8, 0)
    fact = struct.pack("<I", len(samples) // _CHANNELS)
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body
        for name, body in ((b"fmt ", form), (b"fact", fact), (b"data", samples))
    )
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks
