//! Who works: people of the demo city, each with the roles of their desk.

/// The demo city's staff: `login,name,unit,roles`, without quotes.
const STAFF: &str = include_str!("../../../scenarios/nantong/staff.csv");

/// The lines that the storm keeps busy, the busiest first; then come the towns.
const LINES: &[&str] =
    &["government", "agriculture", "power_supply", "urban_management", "water_supply", "housing"];

/// The counties of the storm.
const COUNTIES: &[&str] =
    &["tongzhou", "haimen", "rugao", "chongchuan", "haian", "rudong", "qidong", "kaifaqu"];

/// What somebody looks for on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// Answers the telephone and what can be answered at once.
    CallTaker,
    /// Gives cases to units.
    Dispatcher,
    /// Reads replies.
    Reviewer,
    /// Calls citizens back.
    Caller,
    /// Watches deadlines and figures.
    Watcher,
    /// Receives, handles, reviews or signs for a unit.
    Unit,
}

/// A member of staff who works.
#[derive(Debug, Clone)]
pub struct Clerk {
    pub login: String,
    pub desk: Desk,
}

/// The first so many of those whom a storm keeps busy: the whole city centre, the centres of the
/// counties, then unit after unit with everybody in it.
pub fn staff(count: usize) -> Vec<Clerk> {
    let mut ranked: Vec<(usize, Clerk)> = STAFF.lines().skip(1).filter_map(ranked).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(count).map(|(_, clerk)| clerk).collect()
}

/// A line of the table with its place among all, if that desk has to do with a storm.
fn ranked(line: &str) -> Option<(usize, Clerk)> {
    let mut fields = line.split(',');
    let (login, _, unit, roles) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let clerk = Clerk { login: login.to_owned(), desk: roles.split(' ').find_map(desk)? };
    if unit == "city.centre" {
        return Some((0, clerk));
    }
    let (county, rest) = unit.split_once('.')?;
    let county = COUNTIES.iter().position(|known| *known == county)?;
    let among = match LINES.iter().position(|line| *line == rest) {
        Some(line) => 2 + line,
        None if rest == "centre" && clerk.desk == Desk::Watcher => 1,
        None if rest.ends_with(".government") => 2 + LINES.len(),
        None => return None,
    };
    Some((among * COUNTIES.len() + county, clerk))
}

fn desk(role: &str) -> Option<Desk> {
    Some(match role {
        "call_taker" => Desk::CallTaker,
        "dispatcher" | "shift_leader" => Desk::Dispatcher,
        "centre_reviewer" => Desk::Reviewer,
        "callback_clerk" => Desk::Caller,
        "supervisor" | "leader" | "analyst" => Desk::Watcher,
        "unit_receiver" | "unit_handler" | "unit_reviewer" | "unit_signer" => Desk::Unit,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hundred_people_fill_every_desk() {
        let staff = staff(200);
        assert_eq!(staff.len(), 200);
        let at = |desk| staff.iter().filter(|clerk| clerk.desk == desk).count();
        assert_eq!((at(Desk::CallTaker), at(Desk::Caller), at(Desk::Reviewer)), (6, 3, 1));
        assert!(at(Desk::Unit) > 100, "{}", at(Desk::Unit));
    }
}
