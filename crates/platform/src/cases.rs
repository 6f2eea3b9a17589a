//! Reading cases: one, a list, a timeline. Everything under the viewer's scope.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::directory::unit_key;
use yipan_base::id::{BlobId, CaseId};
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::Timestamp;
use yipan_casework::Context;
use yipan_casework::case::{AttachmentKind, Case, NarrativeKind, Stage, Word as _};
use yipan_casework::event::Recorded;
use yipan_casework::next::{Move, moves};
use yipan_casework::why::{Derivation, why};
use yipan_store::{Order, Scope, Value};
use yipan_text::mask::mask;

use crate::blobs::{self, Blob};
use crate::give::{CaseName, read_state, unknown_case};
use crate::house::House;
use crate::privacy::{self, protected};
use crate::redact;
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
    /// Whether it names persons whom it accuses: the list is then to be looked through for the viewer.
    #[serde(skip)]
    pub accuses: bool,
}

/// The columns of a [`CaseLine`] beside its id.
pub(crate) const LINE: &str = "c.number, c.stage, c.kind, c.category, c.channel, c.level, c.area, c.main_unit, \
                    c.accepted_at, c.due_at, c.secret, c.accuses";

/// A text as this viewer may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Text {
    pub id: String,
    pub kind: NarrativeKind,
    /// `None` where it was erased, or is not for this viewer.
    pub text: Option<String>,
    /// Telephone, identity and card numbers in it are masked; revealing the person reveals them too.
    #[serde(default)]
    pub masked: bool,
}

impl Text {
    /// The text as it is shown to whoever has not said what the numbers in it are wanted for.
    fn masked(self) -> Self {
        let Some(text) = self.text else { return self };
        let shown = mask(&text).into_owned();
        Self { masked: shown != text, text: Some(shown), ..self }
    }
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
    /// A file of a case, with its content.
    ///
    /// # Errors
    /// As [`House::case`] and [`House::blob`]; `blob.unknown` where the case shows the viewer no such file.
    pub async fn case_file(
        &self,
        viewer: &Viewer,
        name: &CaseName,
        file: &BlobId,
    ) -> Result<(Blob, Vec<u8>), Refusal> {
        let case = self.case(viewer, name).await?;
        if !privacy::files(&case).any(|named| named == file) {
            return Err(blobs::unknown(file));
        }
        if case.attachments.iter().any(|a| a.file == *file && a.what == AttachmentKind::Recording) {
            self.may_hear(viewer, &case, file).await?;
        }
        self.blob(file).await
    }

    /// The id of a case that the viewer may see, by number or id.
    pub(crate) async fn case_id(&self, viewer: &Viewer, name: &CaseName) -> Result<CaseId, Refusal> {
        Ok(self.whole_case(viewer, name).await?.id)
    }

    /// The present state of a case, for the house itself.
    pub(crate) async fn case_by_id(&self, id: &CaseId) -> Result<Case, Refusal> {
        let sql = "SELECT c.state FROM case_file c WHERE c.id = $1 AND {visible:c.id}";
        let rows = self.store().cases(&Scope::system("decide"), sql, &[id.as_str().into()]).await?;
        read_state(rows.first().ok_or_else(|| unknown_case(id.as_str()))?.text("state")?)
    }

    /// The present state of a case that the viewer may see; of a secret report, without clearance,
    /// only what its handlers may know.
    ///
    /// # Errors
    /// `case.unknown` where there is none, or it lies outside the scope.
    pub async fn case(&self, viewer: &Viewer, name: &CaseName) -> Result<Case, Refusal> {
        Ok(redact::case(self.whole_case(viewer, name).await?, viewer))
    }

    /// The same with what is withheld from this viewer: for deciding, not for showing.
    pub(crate) async fn whole_case(&self, viewer: &Viewer, name: &CaseName) -> Result<Case, Refusal> {
        let case = self.case_by_id(&self.case_called(name).await?).await?;
        if viewer.may_see(&case, &self.city().directory) { Ok(case) } else { Err(unknown_case(&name.0)) }
    }

    /// A case with its texts, its person (masked) and the moves of this viewer.
    ///
    /// # Errors
    /// As [`House::case`].
    pub async fn case_detail(&self, viewer: &Viewer, name: &CaseName) -> Result<CaseDetail, Refusal> {
        let case = self.whole_case(viewer, name).await?;
        let texts = self.texts(viewer, &case).await?.into_iter().map(Text::masked).collect();
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
        let hidden = protected(&case, viewer);
        Ok(CaseDetail { person: person.filter(|_| !hidden), case: redact::case(case, viewer), texts, moves })
    }

    /// What happened to a case, in order.
    ///
    /// # Errors
    /// As [`House::case`].
    pub async fn case_events(&self, viewer: &Viewer, name: &CaseName) -> Result<Vec<Recorded>, Refusal> {
        let case = self.whole_case(viewer, name).await?;
        let sql = "SELECT e.seq, e.at, e.actor, e.body FROM case_event e WHERE e.case_id = $1 AND {visible:e.case_id} ORDER BY e.seq";
        let rows = self.store().cases(&viewer.scope(), sql, &[case.id.as_str().into()]).await?;
        rows.iter().map(|row| Ok(redact::event(&case, read_event(row)?, viewer))).collect()
    }

    /// Where every deadline of a case comes from.
    ///
    /// # Errors
    /// As [`House::case`].
    pub async fn case_why(&self, viewer: &Viewer, name: &CaseName) -> Result<Vec<Derivation>, Refusal> {
        let case = self.whole_case(viewer, name).await?;
        why(&case, &self.city().rules, self.now())
    }

    /// The newest cases in the viewer's scope, before a cursor: acceptance time and number (or id) of
    /// the last line that was shown.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn case_list(
        &self,
        viewer: &Viewer,
        stage: Option<Stage>,
        before: Option<(Timestamp, &str)>,
        limit: i64,
    ) -> Result<Vec<CaseLine>, Refusal> {
        let limit = usize::try_from(limit.clamp(1, 500)).unwrap_or(1);
        let (at, id) = match before {
            Some((at, name)) => match self.case_id(viewer, &CaseName(name.to_owned())).await {
                Ok(id) => (at, id.to_string()),
                // It has left the scope meanwhile: the list goes on below its instant.
                Err(refusal) if refusal.kind == RefusalKind::NotFound => (at, String::new()),
                Err(refusal) => return Err(refusal),
            },
            None => (Timestamp::from_micros(i64::MAX), String::new()),
        };
        let mut args: Vec<Value> = vec![at.as_micros().into(), id.into()];
        let of_stage = match stage {
            None => "",
            Some(stage) => {
                args.push(stage.code().into());
                // Few cases are open among many that have ended: the second condition is that of an
                // index of the open ones.
                let open = !matches!(stage, Stage::Closed | Stage::Archived);
                if open {
                    "AND a.stage = $3 AND a.stage NOT IN ('closed', 'archived')"
                } else {
                    "AND a.stage = $3"
                }
            }
        };
        // The first bound lets the engine seek; the second cuts among equals.
        let from = "a.accepted_at <= $1 AND (a.accepted_at < $1 OR a.case_id < $2)";
        let order = [Order::Down("accepted_at"), Order::Down("case_id")];
        let rows = if viewer.is_house() {
            let of_stage = of_stage.replace("a.stage", "c.stage");
            let sql = format!(
                "SELECT {LINE}, a.case_id FROM fact_case a JOIN case_file c ON c.id = a.case_id \
                 WHERE {{visible:a.case_id}} AND {from} {of_stage} ORDER BY a.accepted_at DESC, a.case_id DESC LIMIT {limit}"
            );
            self.store().cases(&viewer.scope(), &sql, &args).await?
        } else {
            let sql = format!(
                "SELECT {LINE}, a.case_id FROM case_access a JOIN case_file c ON c.id = a.case_id \
                 WHERE {{scope:a}} AND {from} {of_stage} ORDER BY a.accepted_at DESC, a.case_id DESC LIMIT {limit}"
            );
            self.store().page(&viewer.scope(), &sql, &args, &order, limit).await?
        };
        self.unaccused(viewer, rows.iter().map(CaseLine::read).collect::<Result<_, _>>()?).await
    }

    /// The lines without cases that accuse the viewer in person: every list goes through this.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn unaccused(
        &self,
        viewer: &Viewer,
        mut lines: Vec<CaseLine>,
    ) -> Result<Vec<CaseLine>, Refusal> {
        let accusing = lines.iter().filter(|line| line.accuses);
        let numbers: Vec<&str> = accusing.map(|line| line.number.as_str()).collect();
        let accusing = self.accusing(viewer, &numbers).await?;
        lines.retain(|line| !accusing.contains(&line.number));
        Ok(lines)
    }

    /// Which of these cases accuse the viewer in person, by their numbers.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn accusing(&self, viewer: &Viewer, numbers: &[&str]) -> Result<BTreeSet<String>, Refusal> {
        let mut accusing = BTreeSet::new();
        if viewer.is_house() || numbers.is_empty() {
            return Ok(accusing);
        }
        let places: Vec<_> = (1..=numbers.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT c.number, c.state FROM case_file c WHERE c.number IN ({}) \
             AND c.accuses = 1 AND {{visible:c.id}}",
            places.join(", ")
        );
        let numbers: Vec<Value> = numbers.iter().map(|number| (*number).into()).collect();
        for row in self.store().cases(&Scope::system("who is accused"), &sql, &numbers).await? {
            if read_state(row.text("state")?)?.accused_staff.contains(&viewer.actor.staff) {
                accusing.insert(row.text("number")?.to_owned());
            }
        }
        Ok(accusing)
    }

    /// The texts of a case as they were said, as far as this viewer may read them.
    pub(crate) async fn texts(&self, viewer: &Viewer, case: &Case) -> Result<Vec<Text>, Refusal> {
        let sql =
            "SELECT n.id, n.sealed, n.wrapped FROM narrative n WHERE n.case_id = $1 AND {visible:n.case_id}";
        let rows = self.store().cases(&viewer.scope(), sql, &[case.id.as_str().into()]).await?;
        // A secret report is shown as its extract to whoever is not cleared, beside their own unit's replies.
        let whole = !redact::withheld(case, viewer);
        let mine = case.holdings.iter().filter(|h| viewer.holders().contains(&unit_key(&h.unit)));
        let replies = mine.flat_map(|h| h.draft.iter().chain(&h.reply));
        let own: Vec<_> = replies.flat_map(|r| std::iter::once(&r.text).chain(&r.public_text)).collect();
        let mut texts = Vec::new();
        for narrative in &case.narratives {
            let readable =
                whole || case.extract.as_ref() == Some(&narrative.id) || own.contains(&&narrative.id);
            let row = rows.iter().find(|r| r.text("id").is_ok_and(|id| id == narrative.id.as_str()));
            let sealed = match row {
                Some(row) if readable => row.opt_text("sealed")?.zip(row.opt_text("wrapped")?),
                _ => None,
            };
            let text = sealed
                .map(|(sealed, wrapped)| self.keys().open(narrative.id.as_str(), sealed, wrapped))
                .transpose()
                .map_err(sealing)?;
            texts.push(Text { id: narrative.id.to_string(), kind: narrative.kind, text, masked: false });
        }
        Ok(texts)
    }

    pub(crate) async fn appellant(&self, case: &Case) -> Result<Option<Person>, Refusal> {
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
        let secret = row.flag("secret")?;
        Ok(Self {
            number: text("number")?,
            stage: text("stage")?,
            kind: text("kind")?,
            category: text("category")?,
            channel: text("channel")?,
            level: text("level")?,
            // Where a report comes from is for those who may read it.
            area: row.opt_text("area")?.filter(|_| !secret).map(str::to_owned),
            main_unit: row.opt_text("main_unit")?.map(str::to_owned),
            accepted_at: Timestamp::from_micros(row.int("accepted_at")?),
            due_at: row.opt_int("due_at")?.map(Timestamp::from_micros),
            secret,
            accuses: row.flag("accuses")?,
        })
    }
}
