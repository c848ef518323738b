"""Keys, certificates and seals of the tests' own WeChat Pay, with code that is not ours."""

from __future__ import annotations

import base64
import datetime as dt
import json
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MCHID, APPID, APIV3_KEY = "1900000009", "wx0123456789abcdef", "0123456789abcdef0123456789ABCDEF"
MERCHANT_SERIAL, PUBLIC_KEY_ID = "AB" * 20, "PUB_KEY_ID_" + "0" * 33 + "1"


@cache
def key(name):
    """One key for each name, made once in a test run."""
    del name
    return rsa.generate_private_key(65_537, 2048)


@cache
def certificate(name, serial):
    """A self-signed certificate: the machine believes whom it was told to, not a chain."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(subject, subject, key(name).public_key(), serial)
    made = made.not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    made = made.not_valid_after(dt.datetime(2040, 1, 1, tzinfo=dt.UTC))
    pem = made.sign(key(name), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return f"{serial:040X}", pem.decode()


def old_certificate():
    return certificate("platform-old", 0x5157F09EFDC096DE15EBE81A47057A7232F1B8E1)


def new_certificate():
    return certificate("platform-new", 0x6157F09EFDC096DE15EBE81A47057A7232F1B8E2)


def credentials(mode="pubkey", **changes):
    """What the platform hands out to the merchant, as one JSON document."""
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private = key("merchant").private_bytes(pem, pkcs8, serialization.NoEncryption())
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key("platform-public").public_key().public_bytes(pem, spki)
    serial, platform_cert = old_certificate()
    merchant = {
        "base_url": "http://elsewhere",
        "mchid": MCHID,
        "appid": APPID,
        "merchant_serial": MERCHANT_SERIAL,
        "apiv3_key": APIV3_KEY,
        "public_key_id": PUBLIC_KEY_ID,
        "platform_serial": serial,
        "key_mode": mode,
    }
    files = {"apiclient_key.pem": private.decode(), "pub_key.pem": public.decode()}
    files |= {"platform_cert.pem": platform_cert}
    return json.dumps({"merchant": merchant | changes, "files": files})


def listed(serial, pem):
    """One entry of the certificates' list."""
    return {
        "serial_no": serial,
        "effective_time": "2020-01-01T08:00:00+08:00",
        "expire_time": "2040-01-01T08:00:00+08:00",
        "encrypt_certificate": {"algorithm": "AEAD_AES_256_GCM", **sealed(pem, "certificate")},
    }


def sealed(plain, associated, apiv3_key=APIV3_KEY):
    """What only the holder of the APIv3 key can open."""
    nonce = "61f9c719728a"
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    box = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), text.encode(), associated.encode())
    ciphertext = base64.b64encode(box).decode()
    return {"nonce": nonce, "associated_data": associated, "ciphertext": ciphertext}
