//! The centre's key (中心密钥): a file that a passphrase protects. The house keeps its public half only.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::pbkdf2;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde::{Deserialize, Serialize};
use yipan_base::id::AreaId;
use yipan_base::refusal::Refusal;

use crate::format::key_id;

/// What a key file calls itself.
const FORMAT: &str = "yipan offline key 1";

/// Rounds of PBKDF2-HMAC-SHA256 over the passphrase.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();

/// The shortest passphrase, in characters.
const SHORTEST: usize = 12;

/// The file that a centre keeps, apart from its offline files. JSON; bytes are in Base64.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyFile {
    pub format: String,
    pub centre: AreaId,
    /// The centre's name.
    pub name: String,
    pub key: String,
    /// The public half: an uncompressed point of P-256.
    pub public: String,
    /// The public half of the house's key, by which signatures are verified.
    pub house: String,
    pub rounds: NonZeroU32,
    pub salt: String,
    pub nonce: String,
    /// The private half (PKCS #8), under AES-256-GCM; [`KeyFile::bound`] is bound to it.
    pub sealed: String,
}

/// A passphrase (口令) that a browser's field takes anywhere.
pub struct Passphrase(String);

impl Passphrase {
    /// # Errors
    /// `offline.passphrase` where it is short, or holds what a password field does not take.
    pub fn new(text: &str) -> Result<Self, Refusal> {
        if text.len() >= SHORTEST && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Ok(Self(text.to_owned()));
        }
        Err(Refusal::invalid(
            "offline.passphrase",
            format!(
                "口令至少 {SHORTEST} 个字符，只用英文字母、数字、空格和英文标点（口令框里不能使用中文输入法）"
            ),
            format!(
                "a passphrase has {SHORTEST} characters or more: letters, digits, spaces and punctuation of ASCII only"
            ),
        ))
    }
}

impl KeyFile {
    /// Makes a key for a centre, with the house's public key (in Base64) bound to it.
    ///
    /// # Errors
    /// If the machine has no randomness.
    pub fn make(
        centre: &AreaId,
        name: &str,
        house: &str,
        passphrase: &Passphrase,
        rng: &SystemRandom,
    ) -> Result<Self, Refusal> {
        Self::sealed(centre, name, house, passphrase, rng)
            .map_err(|_| Refusal::internal("a key cannot be made: the machine has no randomness"))
    }

    fn sealed(
        centre: &AreaId,
        name: &str,
        house: &str,
        passphrase: &Passphrase,
        rng: &SystemRandom,
    ) -> Result<Self, Unspecified> {
        // A private key of P-256 is the same for ECDSA and ECDH; this one is used for ECDH only.
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, rng)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), rng)
            .map_err(|_| Unspecified)?;
        let public = pair.public_key().as_ref();
        let (mut salt, mut nonce, mut key) = ([0; 16], [0; 12], [0; 32]);
        rng.fill(&mut salt)?;
        rng.fill(&mut nonce)?;
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, passphrase.0.as_bytes(), &mut key);
        let mut file = Self {
            format: FORMAT.to_owned(),
            centre: centre.clone(),
            name: name.to_owned(),
            key: key_id(public),
            public: BASE64.encode(public),
            house: house.to_owned(),
            rounds: ROUNDS,
            salt: BASE64.encode(salt),
            nonce: BASE64.encode(nonce),
            sealed: String::new(),
        };
        let mut sealed = pkcs8.as_ref().to_vec();
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key)?).seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(file.bound()),
            &mut sealed,
        )?;
        file.sealed = BASE64.encode(sealed);
        Ok(file)
    }

    /// What is authenticated together with the private half: whoever exchanges the centre's or the
    /// house's key in the file makes it useless.
    #[must_use]
    pub fn bound(&self) -> Vec<u8> {
        [&self.format, self.centre.as_str(), &self.public, &self.house].join("\n").into_bytes()
    }
}
