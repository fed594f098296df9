"""What kinds of keys KMS makes, and what each is good for: the asymmetric trap is in this table."""

from typing import Final, Literal

ENCRYPT: Final = "ENCRYPT_DECRYPT"
SYMMETRIC: Final = "SYMMETRIC_DEFAULT"

_RsaAndCurves = Literal[
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
]
_Macs = Literal["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"]
_Lattices = Literal["ML_DSA_44", "ML_DSA_65", "ML_DSA_87"]
_Newest = Literal["ECC_NIST_EDWARDS25519", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"]
# In the order in which KMS names them where one is wrong.
KeySpec = Literal[
    "SYMMETRIC_DEFAULT", _RsaAndCurves, _Macs, "ML_DSA_44", "ML_DSA_65", "ML_DSA_87", _Newest
]
# What the older parameter of the same meaning takes. Outside of China KMS knows SM2 in neither.
OlderKeySpec = Literal[_RsaAndCurves, "SYMMETRIC_DEFAULT", _Macs]
# What key pairs are made of that are used outside of KMS.
PairSpec = Literal[_RsaAndCurves, _Newest]
KeyUsage = Literal[
    "SIGN_VERIFY",
    "ENCRYPT_DECRYPT",
    "GENERATE_VERIFY_MAC",
    "KEY_AGREEMENT",
    "ENCAPSULATE_DECAPSULATE",
]

# What KeyMetadata calls the list of algorithms, by usage.
ALGORITHMS_FIELD: Final = {
    ENCRYPT: "EncryptionAlgorithms",
    "SIGN_VERIFY": "SigningAlgorithms",
    "GENERATE_VERIFY_MAC": "MacAlgorithms",
    "KEY_AGREEMENT": "KeyAgreementAlgorithms",
    "ENCAPSULATE_DECAPSULATE": "EncapsulationAlgorithms",
}

_RSA: Final = {
    ENCRYPT: ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"),
    "SIGN_VERIFY": tuple(
        f"RSASSA_{padding}_SHA_{bits}"
        for padding in ("PKCS1_V1_5", "PSS")
        for bits in (256, 384, 512)
    ),
}


_LATTICE_SIGNATURES: Final[dict[str, tuple[str, ...]]] = {"SIGN_VERIFY": ("ML_DSA_SHAKE_256",)}
_LATTICE_KEYS: Final[dict[str, tuple[str, ...]]] = {"ENCAPSULATE_DECAPSULATE": ("ML_KEM",)}


def _curve(bits: int) -> dict[str, tuple[str, ...]]:
    return {"SIGN_VERIFY": (f"ECDSA_SHA_{bits}",), "KEY_AGREEMENT": ("ECDH",)}


def _mac(bits: int) -> dict[str, tuple[str, ...]]:
    return {"GENERATE_VERIFY_MAC": (f"HMAC_SHA_{bits}",)}


# Spec to the usages it allows, each with its algorithms, as the CreateKey reference lists them.
SPECS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    SYMMETRIC: {ENCRYPT: (SYMMETRIC,)},
    "RSA_2048": _RSA,
    "RSA_3072": _RSA,
    "RSA_4096": _RSA,
    "ECC_NIST_P256": _curve(256),
    "ECC_NIST_P384": _curve(384),
    "ECC_NIST_P521": _curve(512),
    "ECC_SECG_P256K1": {"SIGN_VERIFY": ("ECDSA_SHA_256",)},
    "ECC_NIST_EDWARDS25519": {"SIGN_VERIFY": ("ED25519_SHA_512", "ED25519_PH_SHA_512")},
    "ML_DSA_44": _LATTICE_SIGNATURES,
    "ML_DSA_65": _LATTICE_SIGNATURES,
    "ML_DSA_87": _LATTICE_SIGNATURES,
    "ML_KEM_512": _LATTICE_KEYS,
    "ML_KEM_768": _LATTICE_KEYS,
    "ML_KEM_1024": _LATTICE_KEYS,
    "HMAC_224": _mac(224),
    "HMAC_256": _mac(256),
    "HMAC_384": _mac(384),
    "HMAC_512": _mac(512),
}


def family(spec: str) -> str:
    """Symmetric, HMAC or asymmetric: what an alias may not change."""
    return spec if spec == SYMMETRIC else "HMAC" if spec.startswith("HMAC") else "asymmetric"
