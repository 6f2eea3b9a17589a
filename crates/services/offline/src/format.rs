//! The offline file (离线文件): who wrote it, for whom, sealed to the centre's key, signed by the house.
//!
//! Layout, sizes and standards: `docs/offline.md`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::digest::{SHA256, digest};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};
use yipan_base::id::AreaId;
use yipan_base::time::Timestamp;

use crate::house_key::HouseKey;

/// What every offline file begins with; its last letter is the version of the layout.
pub const MAGIC: &[u8; 8] = b"YIPANOF1";

/// Bytes of a public key: an uncompressed point of P-256 (SEC 1, 2.3.3).
pub const PUBLIC: usize = 65;

/// Bytes of a signature: r and s, 32 each.
pub const SIGNATURE: usize = 64;

/// What the key is derived for; the two public keys follow.
const PURPOSE: &[u8] = b"yipan offline file 1\0";

/// Bytes of a derived key, and of a nonce behind it.
const KEY: usize = 32;
const NONCE: usize = 12;

/// What stands in the clear before the sealed content (文件头). All of it is authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub centre: AreaId,
    /// The centre's name.
    pub name: String,
    /// The id of the centre's key, see [`key_id`].
    pub key: String,
    /// The id of the house's key.
    pub house: String,
    /// By the real clock.
    pub made_at: Timestamp,
    /// By the business clock; the same where that is real.
    pub as_of: Timestamp,
    /// The sender's public key of this one file, in Base64.
    pub ephemeral: String,
    /// Bytes of the sealed content, its tag included.
    pub size: usize,
}

/// For whom and when a file is made.
pub struct Label {
    pub centre: AreaId,
    pub name: String,
    pub made_at: Timestamp,
    pub as_of: Timestamp,
}

/// What a key is called: the first eight bytes of the SHA-256 of its public half, in hexadecimal.
#[must_use]
pub fn key_id(public: &[u8]) -> String {
    digest(&SHA256, public).as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Seals content to a centre's public key and signs the whole.
///
/// # Errors
/// If the public key is no point of the curve, or the machine has no randomness.
pub fn seal(
    label: Label,
    mut content: Vec<u8>,
    centre: &[u8],
    house: &HouseKey,
    rng: &SystemRandom,
) -> Result<Vec<u8>, Unspecified> {
    let private = EphemeralPrivateKey::generate(&ECDH_P256, rng)?;
    let ephemeral = private.compute_public_key()?;
    let Label { centre: area, name, made_at, as_of } = label;
    let header = Header {
        centre: area,
        name,
        key: key_id(centre),
        house: key_id(house.public()),
        made_at,
        as_of,
        ephemeral: BASE64.encode(&ephemeral),
        size: content.len() + AES_256_GCM.tag_len(),
    };
    let header = serde_json::to_vec(&header).map_err(|_| Unspecified)?;
    let length = u32::try_from(header.len()).map_err(|_| Unspecified)?;
    let mut file = [MAGIC.as_slice(), &length.to_be_bytes(), &header].concat();
    let peer = UnparsedPublicKey::new(&ECDH_P256, centre);
    let (key, nonce) = agree_ephemeral(private, &peer, |shared| derive(shared, ephemeral.as_ref(), centre))??;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key)?);
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, Aad::from(&file), &mut content)?;
    file.append(&mut content);
    let signature = house.sign(&file, rng)?;
    file.extend_from_slice(&signature);
    Ok(file)
}

/// Key and nonce of one file, from what both sides agreed on.
fn derive(shared: &[u8], ephemeral: &[u8], centre: &[u8]) -> Result<([u8; KEY], [u8; NONCE]), Unspecified> {
    let mut bytes = [0; KEY + NONCE];
    let info = [PURPOSE, ephemeral, centre];
    Salt::new(HKDF_SHA256, &[]).extract(shared).expand(&info, Both)?.fill(&mut bytes)?;
    let (mut key, mut nonce) = ([0; KEY], [0; NONCE]);
    key.copy_from_slice(&bytes[..KEY]);
    nonce.copy_from_slice(&bytes[KEY..]);
    Ok((key, nonce))
}

struct Both;

impl KeyType for Both {
    fn len(&self) -> usize {
        KEY + NONCE
    }
}
