//! From an instruction (批示) to its case and back: each becomes a case whose owner is the leader, and
//! the unit's answer, once the centre accepted it, returns to the brief it came from.
//!
//! Done by the house, step by step: what was done already is seen in the brief, and a case is opened
//! under the instruction's own number, so that a step that is repeated after a fault changes nothing.

use yipan_base::directory::Directory;
use yipan_base::id::{CategoryId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_casework::case::{Case, Channel, Kind, NarrativeKind, Stage};
use yipan_duty::Brief;
use yipan_duty::brief::{self, Instruction, InstructionStage};
use yipan_platform::dossiers::{DossierLine, DossierName};
use yipan_platform::{CaseName, House, Idempotency, NewAppeal, NewOuter, NewPlace, Viewer};

/// Looks at every brief that is not settled.
pub(crate) async fn follow(house: &House) -> Result<(), Refusal> {
    let viewer = Viewer::system("instructions");
    for (line, brief) in house.all_dossiers::<Brief>(&viewer, false).await? {
        for instruction in &brief.instructions {
            let work = Work { house, viewer: &viewer, line: &line, brief: &brief, instruction };
            if let Err(refusal) = work.step().await {
                let (number, no) = (&line.number, instruction.no);
                tracing::error!(
                    code = refusal.code,
                    number,
                    no,
                    "an instruction does not come on: {refusal}"
                );
            }
        }
    }
    Ok(())
}

struct Work<'a> {
    house: &'a House,
    viewer: &'a Viewer,
    line: &'a DossierLine,
    brief: &'a Brief,
    instruction: &'a Instruction,
}

impl Work<'_> {
    async fn step(&self) -> Result<(), Refusal> {
        match self.instruction.stage {
            InstructionStage::Waiting => self.open_case().await,
            InstructionStage::InHand | InstructionStage::Refused => self.look_for_answer().await,
            InstructionStage::Answered | InstructionStage::Accepted => Ok(()),
        }
    }

    /// The number under which the case belongs to the leader.
    fn outer_number(&self) -> String {
        format!("{}-{}", self.line.number, self.instruction.no)
    }

    async fn open_case(&self) -> Result<(), Refusal> {
        let city = self.house.city();
        let opened = self.house.dossier::<Brief>(self.viewer, &self.line.id).await?;
        let text = |id: &yipan_duty::TextRef| opened.texts.get(id.id.as_str()).cloned().unwrap_or_default();
        let title = text(&self.brief.title);
        let words = text(&self.instruction.text);
        let asked = CategoryId::new(&city.duty_terms.instruction_category);
        let category = if city.categories.contains_key(&asked) {
            asked
        } else {
            city.categories.keys().next().cloned().unwrap_or(asked)
        };
        let to = city.directory.unit(&self.instruction.to);
        let named = to.map_or_else(|| self.instruction.to.to_string(), |unit| unit.name.clone());
        let appeal = NewAppeal {
            channel: Channel::Superior,
            title: Some(format!("批示：{title}")),
            text: format!(
                "{words}\n\n（{}，第 {} 号批示，交{named}办理）",
                self.line.number, self.instruction.no
            ),
            kind: Kind::Help,
            category,
            level: None,
            place: NewPlace { area: to.map(|unit| unit.area.clone()), ..NewPlace::default() },
            person: None,
            anonymous: true,
            received_at: None,
            secret: Some(false),
            accused_units: Default::default(),
            accused_staff: Default::default(),
            outer: Some(NewOuter {
                owner: format!("instruction/{}", self.instruction.staff),
                number: self.outer_number(),
                deadline: Some(self.instruction.due),
                returnable: false,
            }),
            centre: Some(centre_of(&self.brief.centre, &city.directory)),
            historical: false,
            source: None,
        };
        let key = Idempotency::new(&format!("instruction/{}", self.outer_number()), b"");
        let accepted = self.house.accept(self.viewer, appeal, Some(key)).await?;
        let (instruction, case, number) = (self.instruction.no, accepted.id, accepted.number);
        self.tell(brief::Command::CaseOpened { instruction, case, number }).await
    }

    /// What the unit answered, once the centre accepted it; after a refusal only a later one.
    async fn look_for_answer(&self) -> Result<(), Refusal> {
        let Some(id) = self.instruction.case() else { return Ok(()) };
        let name = CaseName(id.to_string());
        let case = self.house.case(self.viewer, &name).await?;
        let Some(done) = done_at(&case) else { return Ok(()) };
        if self.instruction.answers.last().is_some_and(|last| done <= last.at) {
            return Ok(());
        }
        let detail = self.house.case_detail(self.viewer, &name).await?;
        let kinds = [NarrativeKind::PublicReply, NarrativeKind::Reply];
        let answer = kinds.into_iter().find_map(|kind| {
            detail.texts.iter().rev().find(|text| text.kind == kind).and_then(|text| text.text.clone())
        });
        let instruction = self.instruction.no;
        self.tell(brief::Command::Answered { instruction, case: id.clone(), text: answer }).await
    }

    async fn tell(&self, command: brief::Command) -> Result<(), Refusal> {
        let name = DossierName::Id(self.line.id.clone());
        self.house.keep::<Brief>(self.viewer, &name, command, None, None).await.map(drop)
    }
}

/// When the case's work was accepted by the centre, or the case ended without it.
fn done_at(case: &Case) -> Option<yipan_base::time::Timestamp> {
    let reviewed = case.last_main().and_then(|holding| holding.completed_at);
    let over =
        matches!(case.stage, Stage::CallingBack | Stage::Closed | Stage::Archived | Stage::AnsweredDirectly);
    over.then(|| reviewed.unwrap_or(case.changed_at))
}

/// The centre that issued the brief; where it is gone, the city's.
fn centre_of(centre: &UnitId, directory: &Directory) -> UnitId {
    let city = || directory.city().and_then(|city| directory.centre(&city.id)).map(|unit| unit.id.clone());
    if directory.unit(centre).is_some() { centre.clone() } else { city().unwrap_or_else(|| centre.clone()) }
}
