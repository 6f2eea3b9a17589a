//! The house's key (中心签名密钥), by which a reader knows that a file is the house's and unchanged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::error::Unspecified;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde::{Deserialize, Serialize};
use yipan_base::refusal::Refusal;
use yipan_platform::House;
use yipan_platform::keys::Sealed;
use yipan_store::tables::SETTING;
use yipan_store::{AuditEntry, Load, Planned, Row, UnitOfWork, Value};

use crate::format::{SIGNATURE, key_id};

/// The name of the setting that holds it, sealed under the house's master key.
const NAME: &str = "offline.house_key";

/// The house's key: ECDSA on P-256 with SHA-256 (FIPS 186-5).
pub struct HouseKey(EcdsaKeyPair);

#[derive(Serialize, Deserialize)]
struct Kept {
    sealed: String,
    wrapped: String,
}

impl HouseKey {
    /// The key of this house, made when it is asked for first. It lies in the database, sealed under
    /// the master key, which lies outside: a copy of the database alone signs nothing.
    ///
    /// # Errors
    /// If the store cannot be read or written, or the key was sealed by another master key.
    pub async fn of(house: &House, rng: &SystemRandom) -> Result<Self, Refusal> {
        let kept = match house
            .store()
            .house("SELECT body FROM setting WHERE name = $1", &[NAME.into()])
            .await?
            .first()
        {
            Some(row) => row.text("body")?.to_owned(),
            None => make(house, rng).await?,
        };
        let Kept { sealed, wrapped } = serde_json::from_str(&kept).map_err(unreadable)?;
        let text = house.keys().open(NAME, &sealed, &wrapped).map_err(unreadable)?;
        let pkcs8 = BASE64.decode(text).map_err(unreadable)?;
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8, rng).map(Self).map_err(unreadable)
    }

    /// The public half: an uncompressed point of 65 bytes.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// Signs a file: r and s.
    pub(crate) fn sign(&self, file: &[u8], rng: &SystemRandom) -> Result<[u8; SIGNATURE], Unspecified> {
        self.0.sign(rng, file)?.as_ref().try_into().map_err(|_| Unspecified)
    }
}

/// Makes the key, unless another process was quicker; answers what is kept.
async fn make(house: &House, rng: &SystemRandom) -> Result<String, Refusal> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, rng).map_err(unreadable)?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), rng)
        .map_err(unreadable)?;
    let Sealed { sealed, wrapped } =
        house.keys().seal(NAME, &BASE64.encode(pkcs8.as_ref())).map_err(unreadable)?;
    let body = serde_json::to_string(&Kept { sealed, wrapped }).map_err(unreadable)?;
    let audit = AuditEntry {
        at: house.now(),
        actor: "system".to_owned(),
        action: "offline.house_key".to_owned(),
        subject: key_id(pair.public_key().as_ref()),
    };
    let key: Vec<Value> = vec![NAME.into()];
    let work = UnitOfWork::new(vec![Load::new(&SETTING, key.clone())], move |loaded| {
        if let Some(row) = loaded.get(&SETTING, &key) {
            return Ok(Planned::unaudited(Vec::new(), row.text("body")?.to_owned()));
        }
        let row = Row::insert(&SETTING, vec![NAME.into(), body.as_str().into()]);
        Ok(Planned::audited(audit.clone(), vec![row], body.clone()))
    });
    Ok(house.store().commit(work).await?.reply)
}

fn unreadable(fault: impl std::fmt::Display) -> Refusal {
    Refusal::internal(format!("the house's key for offline files cannot be used: {fault}"))
}
