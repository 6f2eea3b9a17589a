//! Every command in a form that is as likely as any to be allowed, made from its name alone.

use yipan_base::id::{BlobId, CaseId};
use yipan_casework::Command;
use yipan_casework::case::{
    AttachmentKind, ConsentSubject, Grade, Level, Outcome, RepeatVerdict, SheetLevel, Solved,
};
use yipan_casework::command::{Basis, CommandName};

use super::{time, unit};

/// What a citizen or a clerk wrote: it may stand in no event.
pub const WORDS: &str = "王某某 13800138000 说暖气不热";

/// The choices that a sample leaves open.
#[derive(Debug, Clone)]
pub struct Choice {
    pub holding: u32,
    pub sheet: u32,
    pub unit: String,
    pub other: String,
    pub case: String,
    pub yes: bool,
    pub pick: usize,
}

impl Default for Choice {
    fn default() -> Self {
        let (unit, other) = ("north.water".to_owned(), "south.gov".to_owned());
        Self { holding: 1, sheet: 1, unit, other, case: "other".to_owned(), yes: true, pick: 0 }
    }
}

/// The names of all commands, as the type itself lists them.
pub fn all_commands() -> Vec<CommandName> {
    let fault = serde_json::from_str::<CommandName>("\"?\"").unwrap_err().to_string();
    let list = fault.split("one of").nth(1).expect("serde names every variant");
    let names = list.split('`').skip(1).step_by(2);
    names.map(|name| serde_json::from_value(name.into()).expect("a variant that serde named")).collect()
}

/// A command of this name; `None` for `accept`, which makes a case.
pub fn sample(name: CommandName, c: &Choice) -> Option<Command<String>> {
    use CommandName as N;
    let holding = c.holding;
    let words = || WORDS.to_owned();
    let maybe = c.yes.then(words);
    let of = |list: &[&str]| list[c.pick % list.len()].to_owned();
    let grade = [Grade::Satisfied, Grade::Basically, Grade::Dissatisfied, Grade::NoOpinion][c.pick % 4];
    let solved = [Solved::Yes, Solved::No, Solved::Partly, Solved::Unknown][c.pick / 4 % 4];
    let verdict = [RepeatVerdict::Unsolved, RepeatVerdict::NewFact][c.pick % 2];
    let outcome = [
        Outcome::Solved,
        Outcome::Explained,
        Outcome::Withdrawn,
        Outcome::CannotBeSolved,
        Outcome::Merged,
        Outcome::Explained,
    ][c.pick % 6];
    let basis = if c.pick.is_multiple_of(3) {
        Basis::Ruling { reference: "2021-14".into() }
    } else {
        Basis::Judgement
    };
    let assistants = if c.yes { vec![unit(&c.other)] } else { Vec::new() };
    Some(match name {
        N::Accept => return None,
        N::AnswerDirectly => Command::AnswerDirectly { text: words(), solved },
        N::Dispatch => Command::Dispatch { main: unit(&c.unit), assistants, copies: Vec::new(), basis },
        N::AddAssistant => Command::AddAssistant { unit: unit(&c.unit), basis },
        N::Copy => Command::Copy { units: vec![unit(&c.unit)] },
        N::DispatchChild => Command::DispatchChild { holding, main: unit(&c.unit), assistants, basis },
        N::Sign => Command::Sign { holding },
        N::Contact => Command::Contact { holding, reached: c.yes },
        N::ReachMilestone => Command::ReachMilestone { holding, name: of(&["fence", "repair", "surface"]) },
        N::DraftReply => Command::DraftReply {
            holding,
            text: words(),
            public_text: maybe,
            truth: c.yes,
            beyond_duty: !c.yes,
            solved,
        },
        N::PassStep => Command::PassStep { holding },
        N::SendBackStep => Command::SendBackStep { holding, reason: words() },
        N::ExcuseAssistant => Command::ExcuseAssistant { holding, reason: words() },
        N::StartReview => Command::StartReview,
        N::AcceptReply => Command::AcceptReply { holding },
        N::RejectReply => Command::RejectReply { holding, reason: words() },
        N::RequestReturn => Command::RequestReturn {
            holding,
            reason: of(&["wrong_area", "not_our_duty"]),
            basis: words(),
            proposed: unit(&c.other),
        },
        N::GrantReturn => Command::GrantReturn { holding, to: unit(&c.unit), reason: words() },
        N::RefuseReturn => Command::RefuseReturn { holding, reason: words() },
        N::Designate => Command::Designate { holding, reason: words() },
        N::RequestExtension => {
            Command::RequestExtension { holding, amount: 1 + (c.pick % 3) as i64, reason: words() }
        }
        N::RuleExtension => Command::RuleExtension { holding, granted: c.yes, reason: words() },
        N::Suspend => Command::Suspend { holding, reason: words() },
        N::Resume => Command::Resume { holding },
        N::Defer => Command::Defer { holding, reason: words() },
        N::Undefer => Command::Undefer { holding },
        N::Remind => Command::Remind { holding, note: maybe },
        N::Supervise => {
            let level = [SheetLevel::Blue, SheetLevel::Orange, SheetLevel::Red][c.pick % 3];
            Command::Supervise { level, holding, reason: words() }
        }
        N::AnswerSheet => Command::AnswerSheet { sheet: c.sheet, answer: words() },
        N::LiftSheet => Command::LiftSheet { sheet: c.sheet },
        N::Correct => Command::Correct {
            kind: None,
            category: Some(of(&["life.noise", "urban.housing", "utilities.water.burst"]).into()),
            level: Some([Level::Ordinary, Level::Complex, Level::Emergency, Level::Utilities][c.pick % 4]),
            place: None,
            reason: words(),
        },
        N::Escalate => Command::Escalate { reason: words() },
        N::Verify => Command::Verify {
            confirmed: c.yes,
            remark: Some(words()),
            photos: vec![BlobId::new("9f86d081")],
            point: Some([120.894_291_123_4 + c.pick as f64 / 7e6, 31.980_171_456_7]),
        },
        N::TryCallBack => Command::TryCallBack { agreed: c.yes.then(|| time("2021-05-20 19:00")) },
        N::CallBack => Command::CallBack { attitude: grade, result: Grade::Satisfied, solved, remark: maybe },
        N::Redo => Command::Redo { reason: words(), to: c.yes.then(|| unit(&c.unit)) },
        N::Close => Command::Close { outcome, reason: Some(words()) },
        N::Archive => Command::Archive,
        N::Reopen => Command::Reopen { reason: words() },
        N::MergeInto => Command::MergeInto { master: CaseId::new(&c.case) },
        N::AdoptMember => Command::AdoptMember { member: CaseId::new(&c.case) },
        N::Unmerge => Command::Unmerge { reason: words() },
        N::ReleaseMember => Command::ReleaseMember { member: CaseId::new(&c.case) },
        N::RecordConsent => Command::RecordConsent {
            subject: [ConsentSubject::Close, ConsentSubject::Extension, ConsentSubject::Return][c.pick % 3],
            granted: c.yes,
            reference: format!("JS-{}", c.pick),
        },
        N::UpdateOuter => {
            let deadline = [None, Some("2021-05-09 12:00"), Some("2021-05-11 12:00")][c.pick % 3];
            Command::UpdateOuter { deadline: deadline.map(time) }
        }
        N::MakeSecret => {
            Command::MakeSecret { accused_units: assistants.into_iter().collect(), accused_staff: [].into() }
        }
        N::SetExtract => Command::SetExtract { extract: words() },
        N::ReferAway => Command::ReferAway { authority: "纪检监察机关".into(), reason: words() },
        N::JudgeRepeat => Command::JudgeRepeat { earlier: CaseId::new(&c.case), verdict },
        N::ContestRepeat => Command::ContestRepeat { reason: words() },
        N::ConfirmRepeat => Command::ConfirmRepeat { verdict },
        N::Repin => Command::Repin { reason: words() },
        N::Tick => Command::Tick,
        N::Attach => Command::Attach {
            what: [AttachmentKind::Photo, AttachmentKind::Recording][c.pick % 2],
            file: BlobId::new(format!("{:064x}", c.pick)),
            note: maybe,
            point: None,
        },
        N::Note => Command::Note { text: words() },
    })
}
