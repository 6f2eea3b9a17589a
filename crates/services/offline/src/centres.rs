//! Which centres get an offline file: those whose key was registered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yipan_base::directory::{Directory, Role, Unit, UnitKind};
use yipan_base::id::{AreaId, StaffId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_platform::{House, Viewer};
use yipan_store::tables::SETTING;
use yipan_store::{AuditEntry, Load, Planned, Row, UnitOfWork, Value};

use crate::format::{PUBLIC, key_id};

/// What the names of their settings begin with; the centre's area follows.
const NAME: &str = "offline.centre/";

/// A centre with its public key (已登记密钥的中心).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CentreKey {
    /// The area that the centre answers for; the offline file is named by it.
    pub centre: AreaId,
    pub unit: UnitId,
    /// The first eight bytes of the SHA-256 of the public half, in hexadecimal.
    pub key: String,
    /// An uncompressed point of P-256, 65 bytes, in Base64.
    pub public: String,
    pub registered_at: Timestamp,
    pub registered_by: StaffId,
}

impl CentreKey {
    pub(crate) fn point(&self) -> Result<Vec<u8>, Refusal> {
        BASE64.decode(&self.public).map_err(|_| not_a_key())
    }
}

/// The centre of that name: its area's id (`rudong`) or its own (`rudong.centre`).
///
/// # Errors
/// `offline.centre` where the directory has no such centre.
pub fn centre<'d>(directory: &'d Directory, name: &str) -> Result<&'d Unit, Refusal> {
    let unit = directory.unit(&name.into()).filter(|unit| unit.kind == UnitKind::Centre);
    unit.or_else(|| directory.centre(&name.into())).ok_or_else(|| {
        Refusal::not_found(
            "offline.centre",
            format!("没有指挥中心 {name}；请写区划编号（如 rudong）或中心编号（如 rudong.centre）"),
            format!(
                "there is no centre {name}; write its area's id (such as rudong) or its own (rudong.centre)"
            ),
        )
        .at("/centre")
    })
}

/// Those that are registered, by area.
///
/// # Errors
/// If the store cannot be read.
pub async fn registered(house: &House) -> Result<Vec<CentreKey>, Refusal> {
    let sql = "SELECT body FROM setting WHERE name LIKE 'offline.centre/%' ORDER BY name";
    house.store().house(sql, &[]).await?.iter().map(|row| read(row.text("body")?)).collect()
}

/// Registers a centre's public key: from now on it gets an offline file.
///
/// # Errors
/// `offline.right` where the viewer is neither system nor security administrator, `offline.key` where
/// it is no key, `offline.registered` where there is another and it is not to be replaced.
pub async fn register(
    house: &House,
    viewer: &Viewer,
    name: &str,
    public: &str,
    replace: bool,
    rng: &SystemRandom,
) -> Result<CentreKey, Refusal> {
    if !viewer.actor.has_any(&[Role::SystemAdministrator, Role::SecurityAdministrator]) {
        return Err(Refusal::forbidden(
            "offline.right",
            "只有系统管理员或安全管理员可以登记中心密钥",
            "only a system or security administrator registers a centre's key",
        ));
    }
    let point = BASE64.decode(public).map_err(|_| not_a_key())?;
    on_the_curve(&point, rng)?;
    let city = house.city();
    let unit = centre(&city.directory, name)?;
    let new = CentreKey {
        centre: unit.area.clone(),
        unit: unit.id.clone(),
        key: key_id(&point),
        public: public.to_owned(),
        registered_at: house.now(),
        registered_by: viewer.actor.staff.clone(),
    };
    let key: Vec<Value> = vec![format!("{NAME}{}", new.centre).into()];
    let work = UnitOfWork::new(vec![Load::new(&SETTING, key.clone())], move |loaded| {
        if let Some(row) = loaded.get(&SETTING, &key) {
            let old = read(row.text("body")?)?;
            if old.public == new.public {
                return Ok(Planned::unaudited(Vec::new(), old));
            }
            if !replace {
                return Err(Refusal::conflict(
                    "offline.registered",
                    format!(
                        "{} 已登记密钥 {}；确需更换时请加 --replace，此后的文件只能用新密钥打开",
                        old.unit, old.key
                    ),
                    format!(
                        "{} has the key {} already; to replace it say --replace: later files open by the new one only",
                        old.unit, old.key
                    ),
                ));
            }
        }
        let body = serde_json::to_string(&new).map_err(|fault| Refusal::internal(fault.to_string()))?;
        let audit = AuditEntry {
            at: new.registered_at,
            actor: new.registered_by.to_string(),
            action: "offline.register".to_owned(),
            subject: format!("{}:{}", new.centre, new.key),
        };
        let row = Row::upsert(&SETTING, vec![key[0].clone(), body.into()]);
        Ok(Planned::audited(audit, vec![row], new.clone()))
    });
    Ok(house.store().commit(work).await?.reply)
}

/// Only an agreement tells whether bytes are a point of the curve.
fn on_the_curve(point: &[u8], rng: &SystemRandom) -> Result<(), Refusal> {
    let private = EphemeralPrivateKey::generate(&ECDH_P256, rng)
        .map_err(|_| Refusal::internal("the machine has no randomness"))?;
    let peer = UnparsedPublicKey::new(&ECDH_P256, point);
    let agreed = point.len() == PUBLIC && agree_ephemeral(private, &peer, |_| ()).is_ok();
    if agreed { Ok(()) } else { Err(not_a_key()) }
}

fn not_a_key() -> Refusal {
    Refusal::invalid(
        "offline.key",
        "不是 P-256 公钥；请用 `yipan offline key` 生成",
        "this is no public key of P-256; make one by `yipan offline key`",
    )
    .at("/public")
}

fn read(body: &str) -> Result<CentreKey, Refusal> {
    serde_json::from_str(body)
        .map_err(|fault| Refusal::internal(format!("a registered key cannot be read: {fault}")))
}
