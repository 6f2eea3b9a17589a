//! Reading cases: one, a list, a timeline. Everything under the viewer's scope.

use serde::{Deserialize, Serialize};
use yipan_base::id::CaseId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::{Case, NarrativeKind};
use yipan_casework::event::Recorded;
use yipan_casework::next::{Move, moves};
use yipan_casework::project::access;
use yipan_casework::why::{Derivation, why};
use yipan_casework::{Context, case};
use yipan_store::{Scope, Value};

use crate::give::{CaseName, read_state, unknown_case};
use crate::house::House;
use crate::rows::read_event;
use crate::vault::{Person, sealing};
use crate::viewer::Viewer;

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseLine {
    pub number: String,
    pub stage: String,
    pub kind: String,
    pub category: String,
    pub channel: String,
    pub level: String,
    pub area: Option<String>,
    pub main_unit: Option<String>,
    pub accepted_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub secret: bool,
}

/// A text as this viewer may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Text {
    pub id: String,
    pub kind: NarrativeKind,
    /// `None` where it was erased, or is not for this viewer.
    pub text: Option<String>,
}

/// One case with all that a page or a person needs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseDetail {
    #[serde(flatten)]
    pub case: Case,
    /// Masked; the full data is revealed only for a purpose that is recorded.
    pub person: Option<Person>,
    pub texts: Vec<Text>,
    pub moves: Vec<Move>,
}

impl House {
    /// The id of a case that the viewer may see, by number or id.
    pub(crate) async fn case_id(&self, viewer: &Viewer, name: &CaseName) -> Result<CaseId, Refusal> {
        let sql = "SELECT c.id FROM case_file c WHERE (c.number = $1 OR c.id = $1) AND {visible:c.id}";
        let rows = self.store().cases(&viewer.scope(), sql, &[name.0.as_str().into()]).await?;
        let row = rows.first().ok_or_else(|| unknown_case(&name.0))?;
        Ok(row.text("id")?.into())
    }

    /// The present state of a case, for the house itself.
    pub(crate) async fn case_by_id(&self, id: &CaseId) -> Result<Case, Refusal> {
        let sql = "SELECT c.state FROM case_file c WHERE c.id = $1 AND {visible:c.id}";
        let rows = self.store().cases(&Scope::system("decide"), sql, &[id.as_str().into()]).await?;
        read_state(rows.first().ok_or_else(|| unknown_case(id.as_str()))?.text("state")?)
    }

    /// The present state of a case that the viewer may see.
    ///
    /// # Errors
    /// `case.unknown` where there is none, or it lies outside the scope.
    pub async fn case(&self, viewer: &Viewer, name: &CaseName) -> Result<Case, Refusal> {
        let case = self.case_by_id(&self.case_id(viewer, name).await?).await?;
        if viewer.sees(&access(&case, &self.city().directory)) {
            Ok(case)
        } else {
            Err(unknown_case(&name.0))
        }
    }

    /// A case with its texts, its person (masked) and the moves of this viewer.
    ///
    /// # Errors
    /// As [`House::case`].
    pub async fn case_detail(&self, viewer: &Viewer, name: &CaseName) -> Result<CaseDetail, Refusal> {
        let case = self.case(viewer, name).await?;
        let texts = self.texts(viewer, &case).await?;
        let person = self.appellant(&case).await?.map(|p| p.masked());
        let related = match &case.merged_into {
            Some(master) => Some(self.case_by_id(master).await?),
            None => None,
        };
        let city = self.city();
        let moves = moves(
            &case,
            &Context {
                now: self.now(),
                actor: &viewer.actor,
                directory: &city.directory,
                rules: &city.rules,
                related: related.as_ref(),
            },
        );
        Ok(CaseDetail {
            person: person.filter(|_| !case.intake.anonymous || viewer.cleared()),
            case,
            texts,
            moves,
        })
    }

    /// What happened to a case, in order.
    ///
    /// # Errors
    /// As [`House::case`].
    pub async fn case_events(&self, viewer: &Viewer, name: &CaseName) -> Result<Vec<Recorded>, Refusal> {
        let id = self.case_id(viewer, name).await?;
        let sql = "SELECT e.seq, e.at, e.actor, e.body FROM case_event e WHERE e.case_id = $1 AND {visible:e.case_id} ORDER BY e.seq";
        let rows = self.store().cases(&viewer.scope(), sql, &[id.as_str().into()]).await?;
        rows.iter().map(read_event).collect()
    }

    /// Where every deadline of a case comes from.
    ///
    /// # Errors
    /// As [`House::case`].
    pub async fn case_why(&self, viewer: &Viewer, name: &CaseName) -> Result<Vec<Derivation>, Refusal> {
        let case = self.case(viewer, name).await?;
        why(&case, &self.city().rules, self.now())
    }

    /// The newest cases in the viewer's scope, before a cursor (acceptance time and id).
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn case_list(
        &self,
        viewer: &Viewer,
        stage: Option<case::Stage>,
        before: Option<(Timestamp, &str)>,
        limit: i64,
    ) -> Result<Vec<CaseLine>, Refusal> {
        use yipan_casework::case::Word;
        let (at, id) = before.unwrap_or((Timestamp::from_micros(i64::MAX), ""));
        let stage = stage.map_or("", Word::code);
        let args: [Value; 4] = [at.as_micros().into(), id.into(), stage.into(), limit.clamp(1, 500).into()];
        let sql = "SELECT c.number, c.stage, c.kind, c.category, c.channel, c.level, c.area, c.main_unit, \
                   c.accepted_at, c.due_at, c.secret FROM case_file c WHERE c.id IN (SELECT a.case_id FROM \
                   case_access a WHERE {scope:a} AND (a.accepted_at < $1 OR (a.accepted_at = $1 AND a.case_id < $2)) \
                   AND ($3 = '' OR a.stage = $3) GROUP BY a.case_id, a.accepted_at ORDER BY a.accepted_at DESC, a.case_id DESC LIMIT $4) \
                   ORDER BY c.accepted_at DESC, c.id DESC";
        let rows = self.store().cases(&viewer.scope(), sql, &args).await?;
        rows.iter().map(CaseLine::read).collect()
    }

    async fn texts(&self, viewer: &Viewer, case: &Case) -> Result<Vec<Text>, Refusal> {
        let sql =
            "SELECT n.id, n.sealed, n.wrapped FROM narrative n WHERE n.case_id = $1 AND {visible:n.case_id}";
        let rows = self.store().cases(&viewer.scope(), sql, &[case.id.as_str().into()]).await?;
        let mut texts = Vec::new();
        for narrative in &case.narratives {
            // A secret report is shown as its extract, and nothing else, to whoever is not cleared.
            let readable = !case.secret || viewer.cleared() || case.extract.as_ref() == Some(&narrative.id);
            let row = rows.iter().find(|r| r.text("id").is_ok_and(|id| id == narrative.id.as_str()));
            let sealed = match row {
                Some(row) if readable => row.opt_text("sealed")?.zip(row.opt_text("wrapped")?),
                _ => None,
            };
            let text = sealed
                .map(|(sealed, wrapped)| self.keys().open(narrative.id.as_str(), sealed, wrapped))
                .transpose()
                .map_err(sealing)?;
            texts.push(Text { id: narrative.id.to_string(), kind: narrative.kind, text });
        }
        Ok(texts)
    }

    async fn appellant(&self, case: &Case) -> Result<Option<Person>, Refusal> {
        let Some(id) = &case.intake.person else {
            return Ok(None);
        };
        let sql = "SELECT p.sealed, p.wrapped FROM person p JOIN case_person l ON l.person_id = p.id \
                   WHERE p.id = $1 AND {visible:l.case_id}";
        let rows = self.store().cases(&Scope::system("mask a person"), sql, &[id.as_str().into()]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let (Some(sealed), Some(wrapped)) = (row.opt_text("sealed")?, row.opt_text("wrapped")?) else {
            return Ok(None);
        };
        let text = self.keys().open(id.as_str(), sealed, wrapped).map_err(sealing)?;
        serde_json::from_str(&text).map(Some).map_err(|e| Refusal::internal(e.to_string()))
    }
}

impl CaseLine {
    /// Reads a line from a row with its columns.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn read(row: &yipan_store::Record) -> Result<Self, Refusal> {
        let text = |column| row.text(column).map(str::to_owned);
        Ok(Self {
            number: text("number")?,
            stage: text("stage")?,
            kind: text("kind")?,
            category: text("category")?,
            channel: text("channel")?,
            level: text("level")?,
            area: row.opt_text("area")?.map(str::to_owned),
            main_unit: row.opt_text("main_unit")?.map(str::to_owned),
            accepted_at: Timestamp::from_micros(row.int("accepted_at")?),
            due_at: row.opt_int("due_at")?.map(Timestamp::from_micros),
            secret: row.flag("secret")?,
        })
    }
}
