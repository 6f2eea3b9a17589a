//! Persons in the clear (个人信息): revealed for a purpose, found by their phone, erased on request.
//! Each of the three stands in the audit log, which names nobody.

use serde::{Deserialize, Serialize};
use yipan_base::directory::{Role, unit_key};
use yipan_base::id::BlobId;
use yipan_base::identity::Phone;
use yipan_base::refusal::Refusal;
use yipan_casework::case::Case;
use yipan_store::tables::{CASE_FILE, NARRATIVE, PERSON};
use yipan_store::{AuditEntry, Load, Planned, Row, UnitOfWork, Value};
use yipan_text::mask;

use crate::blobs;
use crate::cases::{CaseLine, LINE, Text};
use crate::give::{CaseName, load_case, read_state, unknown_case};
use crate::house::House;
use crate::redact;
use crate::vault::Person;
use crate::viewer::Viewer;

/// For what a person's data is revealed (用途).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 联系诉求人
    Contact,
    /// 回访
    CallBack,
    /// 现场核查
    Verification,
    /// 紧急救助
    Emergency,
    /// 诉求人要求查阅或更正
    Request,
    /// 有权机关依法调取
    Authority,
}

impl Purpose {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::CallBack => "call_back",
            Self::Verification => "verification",
            Self::Emergency => "emergency",
            Self::Request => "request",
            Self::Authority => "authority",
        }
    }
}

/// A person in the clear, and what was said with numbers in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Revealed {
    #[serde(flatten)]
    pub person: Person,
    /// The texts of the case that are shown masked otherwise.
    pub texts: Vec<Text>,
}

/// Cases of one phone that are listed at most, the newest first.
const OF_PHONE: i64 = 200;

impl House {
    /// The appellant and the numbers in the texts in the clear, for those who work on the case: its centre and its holders. The
    /// purpose is in the audit log before the answer is given.
    ///
    /// # Errors
    /// `case.unknown`; `person.not_yours` where the viewer only watches, or the voice is protected;
    /// `person.none` where nobody is named or the data was erased.
    pub async fn reveal(
        &self,
        viewer: &Viewer,
        name: &CaseName,
        purpose: Purpose,
    ) -> Result<Revealed, Refusal> {
        let case = self.whole_case(viewer, name).await?;
        if !works_on(viewer, &case) || protected(&case, viewer) {
            return Err(Refusal::forbidden(
                "person.not_yours",
                "只有受理中心和承办单位的经办人员可以查看诉求人信息；匿名和涉密的仅限专员",
                "only the centre and the holders of a case see its appellant; behind anonymity and secrecy only the officer",
            ));
        }
        let person = self.appellant(&case).await?;
        let numbered = |text: &Text| text.text.as_deref().is_some_and(|said| !mask::find(said).is_empty());
        let mut texts = self.texts(viewer, &case).await?;
        texts.retain(numbered);
        if person.is_none() && texts.is_empty() {
            return Err(Refusal::not_found(
                "person.none",
                "本单没有诉求人信息，或已删除",
                "nobody is named here, or the data was erased",
            ));
        }
        self.note(viewer, "person.reveal", format!("{}:{}", case.number, purpose.code())).await?;
        Ok(Revealed { person: person.unwrap_or_default(), texts })
    }

    /// The cases of a phone within the viewer's scope, the newest first. Protected voices are not found.
    ///
    /// # Errors
    /// `identity.phone` where it is no phone number.
    pub async fn cases_of_phone(&self, viewer: &Viewer, phone: &str) -> Result<Vec<CaseLine>, Refusal> {
        let phone = Phone::parse(phone).map_err(|fault| Refusal::from(fault).at("phone"))?;
        let key = self.keys().digest("phone", phone.as_str());
        self.note(viewer, "person.search", key.clone()).await?;
        let sql = format!(
            "SELECT {LINE}, l.case_id, c.state FROM person p JOIN case_person l ON l.person_id = p.id \
             JOIN case_file c ON c.id = l.case_id WHERE p.phone_key = $1 AND {{visible:l.case_id}} \
             ORDER BY c.accepted_at DESC, l.case_id DESC LIMIT {OF_PHONE}"
        );
        let mut lines = Vec::new();
        for row in self.store().cases(&viewer.scope(), &sql, &[key.into()]).await? {
            let case = read_state(row.text("state")?)?;
            if viewer.may_see(&case, &self.city().directory) && !protected(&case, viewer) {
                lines.push(CaseLine::read(&row)?);
            }
        }
        Ok(lines)
    }

    /// Erases the person and every text of a case that has ended: their keys and their sealed data
    /// are destroyed, what happened and when stays. Copies made earlier still hold them until they expire.
    ///
    /// # Errors
    /// `erase.right` where the viewer is no data steward, `case.unknown`, `erase.open` where the case
    /// has not ended.
    pub async fn erase(&self, viewer: &Viewer, name: &CaseName) -> Result<(), Refusal> {
        if !viewer.actor.has(Role::DataSteward) {
            return Err(Refusal::forbidden(
                "erase.right",
                "只有数据管理员可以删除个人信息",
                "only a data steward erases personal data",
            ));
        }
        // A steward sees no cases, and erases by the number that the request names.
        let id = self.case_called(name).await?;
        let files: Vec<_> = files(&self.case_by_id(&id).await?).cloned().collect();
        let mut load = vec![Load::new(&CASE_FILE, vec![id.as_str().into()])];
        load.extend(blobs::loads(&files));
        let named = files.clone();
        let (now, actor) = (self.now(), viewer.actor.staff.to_string());
        let work = UnitOfWork::new(load, move |loaded| {
            let case = load_case(loaded, &id)?.ok_or_else(|| unknown_case(id.as_str()))?;
            if !self::files(&case).eq(&files) {
                return Err(Refusal::conflict(
                    "case.stale",
                    format!("工单 {} 刚刚增加了附件，请重试", case.number),
                    format!("a file was put to case {} just now; try again", case.number),
                ));
            }
            if !case.is_ended() {
                return Err(Refusal::conflict(
                    "erase.open",
                    format!("工单 {} 尚未办结，办结后方可删除个人信息", case.number),
                    format!("case {} has not ended; personal data is erased after its end", case.number),
                ));
            }
            let audit = AuditEntry {
                at: now,
                actor: actor.clone(),
                action: "person.erase".to_owned(),
                subject: case.number.clone(),
            };
            let mut rows = erased(&case);
            rows.extend(blobs::let_go(loaded, &files)?);
            Ok(Planned::audited(audit, rows, ()))
        });
        let before = self.files_on_shelf_of(&named).await?;
        self.store().commit(work).await?;
        self.clear_shelf(before).await
    }

    /// A voice is a person's own: it is heard by those who may see the person, and that stands in the audit log.
    pub(crate) async fn may_hear(&self, viewer: &Viewer, case: &Case, file: &BlobId) -> Result<(), Refusal> {
        if !works_on(viewer, case) || protected(case, viewer) {
            return Err(Refusal::forbidden(
                "recording.not_yours",
                "只有受理中心和承办单位的经办人员可以听取录音；匿名和涉密的仅限专员",
                "only the centre and the holders of a case hear its recordings; behind anonymity and secrecy only the officer",
            ));
        }
        self.note(viewer, "recording.hear", format!("{}:{file}", case.number)).await
    }

    async fn note(&self, viewer: &Viewer, action: &str, subject: String) -> Result<(), Refusal> {
        let audit = AuditEntry {
            at: self.now(),
            actor: viewer.actor.staff.to_string(),
            action: action.to_owned(),
            subject,
        };
        let work = UnitOfWork::new(Vec::new(), move |_| Ok(Planned::audited(audit.clone(), Vec::new(), ())));
        self.store().commit(work).await?;
        Ok(())
    }
}

/// The rows of a case's person and texts, without what they held.
fn erased(case: &Case) -> Vec<Row> {
    let texts = case.narratives.iter().map(|narrative| {
        let values = vec![
            narrative.id.as_str().into(),
            case.id.as_str().into(),
            narrative.kind.code().into(),
            narrative.digest.as_str().into(),
            Value::Null,
            Value::Null,
        ];
        Row::upsert(&NARRATIVE, values)
    });
    let person = case.intake.person.iter().map(|person| {
        Row::upsert(&PERSON, vec![person.as_str().into(), Value::Null, Value::Null, Value::Null, Value::Null])
    });
    texts.chain(person).collect()
}

/// The files of a case, as often as it names them.
pub(crate) fn files(case: &Case) -> impl Iterator<Item = &BlobId> {
    let attached = case.attachments.iter().map(|attachment| &attachment.file);
    attached.chain(case.verifications.iter().flat_map(|check| &check.photos))
}

/// Who watches the work of others, and needs no names for it.
const WATCHERS: &[Role] = &[Role::Analyst, Role::Leader];

/// Whether the viewer works on the case, at the centre that runs it or the unit that holds it,
/// rather than watching it.
fn works_on(viewer: &Viewer, case: &Case) -> bool {
    if viewer.actor.roles.iter().all(|role| WATCHERS.contains(role)) {
        return false;
    }
    viewer.actor.unit.as_ref() == Some(&case.centre)
        || case.holdings.iter().any(|h| h.is_live() && viewer.holders().contains(&unit_key(&h.unit)))
}

/// Whether this viewer may not learn who spoke.
pub(crate) fn protected(case: &Case, viewer: &Viewer) -> bool {
    redact::withheld(case, viewer) || (case.intake.anonymous && !viewer.cleared())
}
