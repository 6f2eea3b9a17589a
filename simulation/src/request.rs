//! From a step's numbers to a request: who asks what of whom, as things stand.

use std::collections::BTreeSet;

use yipan_base::id::{CaseId, CategoryId, UnitId};
use yipan_base::time::Timestamp;
use yipan_casework::case::{Case, Channel, Kind, Level};
use yipan_casework::command::CommandName;
use yipan_casework::next::{Move, moves};
use yipan_casework::{Command, Context};
use yipan_platform::{Appellant, CaseName, Idempotency, NewAppeal, NewOuter, NewPlace, Outcome, Viewer};

use crate::finding::Finding;
use crate::plan::{Ask, Version, What};
use crate::shared::{Choice, all_commands, sample};
use crate::world::World;

/// What somebody asks of the house, ready to be asked again.
#[derive(Debug, Clone)]
pub struct Request {
    pub viewer: Viewer,
    pub wish: Wish,
    pub version: Option<u64>,
    pub key: Option<Idempotency>,
}

#[derive(Debug, Clone)]
pub enum Wish {
    Accept(Box<NewAppeal>),
    Give(CaseName, Command<String>),
}

impl Request {
    pub fn who(&self) -> &str {
        self.viewer.actor.staff.as_str()
    }

    /// What the audit log will call it.
    pub fn action(&self) -> String {
        match &self.wish {
            Wish::Accept(_) => "case.accept".to_owned(),
            Wish::Give(_, command) => format!("case.{}", command.name().code()),
        }
    }

    /// The case that it names.
    pub fn case(&self) -> Option<&str> {
        match &self.wish {
            Wish::Accept(_) => None,
            Wish::Give(name, _) => Some(&name.0),
        }
    }

    /// Its words: what its key stands for.
    pub fn body(&self) -> String {
        let told = match &self.wish {
            Wish::Accept(new) => serde_json::to_string(new),
            Wish::Give(_, command) => serde_json::to_string(command),
        };
        told.unwrap_or_default()
    }

    /// Puts a key on it.
    #[must_use]
    pub fn keyed(mut self, key: &str) -> Self {
        self.key = Some(Idempotency::new(key, self.body().as_bytes()));
        self
    }

    /// Asks the house.
    ///
    /// # Errors
    /// The house's refusal.
    pub async fn put(self, house: yipan_platform::House) -> Result<Outcome, yipan_base::refusal::Refusal> {
        match self.wish {
            Wish::Accept(new) => house.accept(&self.viewer, *new, self.key).await,
            Wish::Give(name, command) => {
                house.give(&self.viewer, &name, command, self.version, self.key).await
            }
        }
    }
}

/// The request that an ask comes to; repetitions aside, which the runner knows.
///
/// # Errors
/// If a case cannot be read.
pub async fn request(world: &World<'_>, cases: &[String], ask: &Ask) -> Result<Request, Finding> {
    if ask.what == What::Accept || cases.is_empty() {
        return Ok(plain(world, ask, Wish::Accept(Box::new(appeal(world, ask)))));
    }
    let number = &cases[ask.case % cases.len()];
    let case = world.house.case(&world.eyes(), &CaseName(number.clone())).await?;
    let (viewer, command) = match ask.what {
        What::Forward | What::Allowed => chosen(world, cases, ask, &case).await?,
        _ => None,
    }
    .or_else(|| anything(world, cases, ask))
    .unwrap_or_else(|| (world.template.people[0].clone(), Command::Note { text: "记录".to_owned() }));
    let version = match ask.version {
        Version::Unsaid => None,
        Version::Seen => Some(case.version),
        Version::Stale => Some(case.version - 1),
    };
    Ok(Request { viewer, version, ..plain(world, ask, Wish::Give(CaseName(number.clone()), command)) })
}

fn plain(world: &World<'_>, ask: &Ask, wish: Wish) -> Request {
    let people = &world.template.people;
    let desk = |name: &str| people.iter().find(|viewer| viewer.actor.staff.as_str() == name);
    let who = match ask.which % 10 {
        0..=5 => desk("city/call_taker"),
        6..=7 => desk("north/call_taker"),
        8 => desk("n1/grid"),
        _ => None,
    };
    let viewer = who.unwrap_or(&people[ask.who % people.len()]).clone();
    Request { viewer, wish, version: None, key: None }
}

/// Commands that leave nothing to do, or are always there: given seldom unless the case calls for them.
fn seldom(command: CommandName) -> bool {
    use CommandName as N;
    matches!(
        command,
        N::Close
            | N::ReferAway
            | N::MakeSecret
            | N::Archive
            | N::Escalate
            | N::Note
            | N::Correct
            | N::Copy
            | N::Remind
            | N::AnswerDirectly
            | N::JudgeRepeat
    )
}

/// Something that the house offers to somebody: first the command, each as likely, then who gives it.
async fn chosen(
    world: &World<'_>,
    cases: &[String],
    ask: &Ask,
    case: &Case,
) -> Result<Option<(Viewer, Command<String>)>, Finding> {
    let related = match &case.merged_into {
        Some(master) => Some(world.house.case(&world.eyes(), &CaseName(master.to_string())).await?),
        None => None,
    };
    let city = world.house.city();
    let people = &world.template.people;
    let mut pool: Vec<(&Viewer, Move)> = Vec::new();
    for at in 0..people.len() {
        let viewer = &people[(ask.who + at) % people.len()];
        let context = Context {
            now: world.house.now(),
            actor: &viewer.actor,
            directory: &city.directory,
            rules: &city.rules,
            related: related.as_ref(),
        };
        let forward = ask.what == What::Forward;
        let allowed = moves(case, &context).into_iter().filter(|m| m.allowed && (m.primary || !forward));
        pool.extend(allowed.map(|one| (viewer, one)));
        if forward && !pool.is_empty() {
            break;
        }
    }
    if !ask.pick.is_multiple_of(8) {
        let kept =
            |one: &Move| !seldom(one.command) || one.primary && one.command != CommandName::AnswerDirectly;
        pool.retain(|(_, one)| kept(one));
    }
    let commands: BTreeSet<_> = pool.iter().map(|(_, one)| one.command).collect();
    let Some(command) = commands.iter().nth(ask.which % commands.len().max(1)).copied() else {
        return Ok(None);
    };
    pool.retain(|(_, one)| one.command == command);
    let (viewer, one) = &pool[ask.who % pool.len()];
    let command = said(command, ask, cases, one.holding.unwrap_or(1), one.sheet.unwrap_or(1), world.now());
    Ok(command.map(|command| ((*viewer).clone(), command)))
}

fn anything(world: &World<'_>, cases: &[String], ask: &Ask) -> Option<(Viewer, Command<String>)> {
    let (people, all) = (&world.template.people, all_commands());
    let command = said(all[ask.which % all.len()], ask, cases, ask.number, ask.number, world.now())?;
    Some((people[ask.who % people.len()].clone(), command))
}

fn said(
    name: CommandName,
    ask: &Ask,
    cases: &[String],
    holding: u32,
    sheet: u32,
    now: Timestamp,
) -> Option<Command<String>> {
    let choice = Choice {
        holding,
        sheet,
        unit: ask.unit.to_owned(),
        other: ask.other.to_owned(),
        case: cases[(ask.case + 1 + ask.pick) % cases.len()].clone(),
        yes: ask.yes,
        pick: ask.pick,
    };
    let mut command = sample(name, &choice)?;
    match &mut command {
        // A photo would have to be in the house before it is named.
        Command::Verify { photos, .. } => photos.clear(),
        Command::TryCallBack { agreed: Some(agreed) } => *agreed = now.plus(20 * yipan_base::time::HOUR),
        Command::UpdateOuter { deadline: Some(deadline) } => {
            *deadline = now.plus(30 * yipan_base::time::HOUR)
        }
        Command::AdoptMember { member } | Command::ReleaseMember { member } => *member = CaseId::new("none"),
        _ => {}
    }
    Some(command)
}

fn appeal(world: &World<'_>, ask: &Ask) -> NewAppeal {
    let towns = ["n1", "n2", "s1", "n1"];
    let categories =
        ["urban.housing.heating", "utilities.water.burst", "life.noise", "urban.housing", "utilities.water"];
    let mut new = NewAppeal {
        channel: [Channel::Phone, Channel::Phone, Channel::Application, Channel::Other][ask.pick % 4],
        title: ask.yes.then(|| "诉求".to_owned()),
        text: "居民反映暖气不热，请尽快处理。".to_owned(),
        kind: [Kind::Complaint, Kind::Help, Kind::Consultation][ask.pick / 4 % 3],
        category: CategoryId::new(categories[ask.pick / 16 % categories.len()]),
        level: None,
        place: NewPlace { area: Some(towns[ask.pick % towns.len()].into()), ..NewPlace::default() },
        person: Some(Appellant {
            name: Some("王某某".to_owned()),
            phone: Some(format!("138{:08}", ask.pick)),
            ..Appellant::default()
        }),
        anonymous: false,
        received_at: None,
        secret: None,
        accused_units: BTreeSet::new(),
        accused_staff: BTreeSet::new(),
        outer: None,
        centre: None,
        historical: false,
        source: None,
    };
    match ask.case % 16 {
        0..=1 => (new.channel, new.kind, new.person) = (Channel::Grid, Kind::Help, None),
        2..=4 => {
            let deadline = world.now().plus((ask.pick as i64 % 90 + 10) * yipan_base::time::HOUR);
            let number = format!("JS-{}", ask.number);
            let (deadline, returnable) = (ask.yes.then_some(deadline), !ask.pick.is_multiple_of(3));
            new.outer = Some(NewOuter { owner: "省平台".to_owned(), number, deadline, returnable });
        }
        5..=6 => {
            new.kind = Kind::Report;
            new.accused_units = [UnitId::new("north.water")].into();
        }
        7 => (new.anonymous, new.person) = (true, None),
        8 => {
            new.historical = true;
            new.received_at = Some(Timestamp::from_micros(1_583_290_800_000_000));
            new.source = Some(("old".to_owned(), ask.number.to_string()));
        }
        9 => new.level = Some(Level::Emergency),
        10 if ask.pick.is_multiple_of(3) => new.category = CategoryId::new("no.such"),
        _ => {}
    }
    new
}
