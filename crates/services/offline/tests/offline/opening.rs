//! Opens offline files as a centre does, by nothing but the two files and the passphrase.

use p256::ecdh::diffie_hellman;
use p256::pkcs8::DecodePrivateKey as _;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::pbkdf2;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value as Json;
use yipan_offline::{Header, KeyFile, MAGIC};

use crate::support::from_base64;

/// The content of a file, or which step did not go.
pub fn open(file: &[u8], key: &KeyFile, passphrase: &str) -> Result<Json, &'static str> {
    let (header, before, sealed, signed, signature) = parts(file);
    let house = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, from_base64(&key.house));
    house.verify(signed, signature).map_err(|_| "signature")?;
    let private = unlock(key, passphrase)?;
    let ephemeral = from_base64(&header.ephemeral);
    let peer = p256::PublicKey::from_sec1_bytes(&ephemeral).map_err(|_| "ephemeral")?;
    let shared = diffie_hellman(private.to_nonzero_scalar(), peer.as_affine());
    let mut derived = [0; 44];
    let info: [&[u8]; 3] = [b"yipan offline file 1\0", &ephemeral, &from_base64(&key.public)];
    let extracted = Salt::new(HKDF_SHA256, &[]).extract(shared.raw_secret_bytes());
    extracted.expand(&info, Bytes44).unwrap().fill(&mut derived).unwrap();
    let content = decrypt(&derived[..32], &derived[32..], before, sealed).ok_or("cipher")?;
    Ok(serde_json::from_slice(&content).unwrap())
}

/// Header, header's bytes, sealed content, all that is signed, signature.
pub fn parts(file: &[u8]) -> (Header, &[u8], &[u8], &[u8], &[u8]) {
    assert_eq!(&file[..8], MAGIC);
    let body = 12 + u32::from_be_bytes(file[8..12].try_into().unwrap()) as usize;
    let header: Header = serde_json::from_slice(&file[12..body]).unwrap();
    let end = body + header.size;
    assert_eq!(file.len(), end + 64);
    (header, &file[..body], &file[body..end], &file[..end], &file[end..])
}

fn unlock(key: &KeyFile, passphrase: &str) -> Result<p256::SecretKey, &'static str> {
    let mut lock = [0; 32];
    let salt = from_base64(&key.salt);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, key.rounds, &salt, passphrase.as_bytes(), &mut lock);
    let pkcs8 = decrypt(&lock, &from_base64(&key.nonce), &key.bound(), &from_base64(&key.sealed));
    Ok(p256::SecretKey::from_pkcs8_der(&pkcs8.ok_or("passphrase")?).unwrap())
}

fn decrypt(key: &[u8], nonce: &[u8], bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let mut sealed = sealed.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    key.open_in_place(nonce, Aad::from(bound), &mut sealed).ok().map(|plain| plain.to_vec())
}

struct Bytes44;

impl KeyType for Bytes44 {
    fn len(&self) -> usize {
        44
    }
}
