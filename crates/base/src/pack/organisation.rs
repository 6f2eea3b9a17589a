//! `areas.csv`, `units.csv` and `staff.csv`: together the directory.

use std::collections::{BTreeSet, HashMap};

use super::PackFault;
use super::folder::{Folder, Row};
use crate::directory::{Area, Directory, DirectoryFault, Staff, Unit, UnitKind};
use crate::id::{AreaId, StaffId};
use crate::time::Date;

const AREAS: &str = "areas.csv";
const UNITS: &str = "units.csv";
const STAFF: &str = "staff.csv";
const AREA_COLUMNS: &[&str] = &["id", "layer", "level", "code", "name", "parent", "holds", "remark"];
const UNIT_COLUMNS: &[&str] =
    &["id", "kind", "area", "name", "initials", "line", "parent", "peer_group", "steps", "duty_list"];
const STAFF_COLUMNS: &[&str] = &["login", "name", "unit", "roles"];

/// The rows of the three tables, each with its line.
pub(super) struct Organisation {
    areas: Vec<(u64, Area)>,
    units: Vec<(u64, Unit)>,
    staff: Vec<(u64, Staff)>,
}

pub(super) fn read(folder: &mut Folder<'_, '_>, lines: &BTreeSet<&str>) -> Organisation {
    let mut posts = BTreeSet::new();
    Organisation {
        areas: folder.table(AREAS, AREA_COLUMNS, area),
        units: folder.table(UNITS, UNIT_COLUMNS, |row| unit(row, lines, &mut posts)),
        staff: folder.table(STAFF, STAFF_COLUMNS, member),
    }
}

impl Organisation {
    /// Joins the tables; a reference that leads nowhere is a fault at the line that makes it.
    pub fn directory(self) -> Result<Directory, Vec<PackFault>> {
        let Self { areas, units, staff } = self;
        let mut places = HashMap::new();
        places.extend(areas.iter().map(|(line, a)| ((AREAS, a.id.to_string()), *line)));
        places.extend(units.iter().map(|(line, u)| ((UNITS, u.id.to_string()), *line)));
        places.extend(staff.iter().map(|(line, s)| ((STAFF, s.id.to_string()), *line)));
        Directory::new(values(areas), values(units), values(staff))
            .map_err(|faults| faults.iter().filter_map(|fault| located(fault, &places)).collect())
    }
}

fn values<T>(rows: Vec<(u64, T)>) -> Vec<T> {
    rows.into_iter().map(|(_, value)| value).collect()
}

fn area(row: &Row<'_>) -> Result<Area, PackFault> {
    Ok(Area {
        id: row.text("id")?.into(),
        layer: row.word("layer")?,
        level: row.word("level")?,
        name: row.text("name")?.into(),
        code: row.optional("code").map(Into::into),
        parent: row.optional("parent").map(Into::into),
        valid_from: day(row, "valid_from")?,
        valid_to: day(row, "valid_to")?,
        holds: row.list("holds").map(AreaId::from).collect(),
        remark: row.optional("remark").map(Into::into),
    })
}

/// A day of validity. Packs whose areas have no dates leave the column out.
fn day(row: &Row<'_>, column: &'static str) -> Result<Option<Date>, PackFault> {
    let Some(text) = row.optional(column) else { return Ok(None) };
    let date = text.parse();
    date.map(Some).map_err(|_| {
        row.fault(column, format!("`{text}` is not a date; write it as 2020-06-19 or leave it empty"))
    })
}

/// Centres, governments and departments are looked up by place, so a place has one of each.
fn unit(
    row: &Row<'_>,
    lines: &BTreeSet<&str>,
    posts: &mut BTreeSet<(String, &'static str, String)>,
) -> Result<Unit, PackFault> {
    let (kind, area, line) = (row.word("kind")?, row.text("area")?, row.optional("line"));
    for (column, line) in
        line.map(|l| ("line", l)).into_iter().chain(row.list("duty_list").map(|l| ("duty_list", l)))
    {
        row.check(column, line, lines.contains(line), "a line of departments.csv")?;
    }
    let post = match (kind, line) {
        (UnitKind::Department, None) => {
            return Err(row.fault("line", "a department needs its line; name one of departments.csv"));
        }
        (UnitKind::Department, Some(line)) => Some(("department of this line", line)),
        (UnitKind::Centre, _) => Some(("centre", "")),
        (UnitKind::Government, _) => Some(("government", "")),
        (UnitKind::Team, _) => None,
    };
    if let Some((what, line)) = post
        && !posts.insert((area.to_owned(), what, line.to_owned()))
    {
        return Err(row.fault("area", format!("`{area}` already has a {what}; remove one of them")));
    }
    Ok(Unit {
        id: row.text("id")?.into(),
        name: row.text("name")?.into(),
        kind,
        area: area.into(),
        line: line.map(Into::into),
        parent: row.optional("parent").map(Into::into),
        steps: row.words("steps")?,
        duty_list: row.list("duty_list").map(Into::into).collect(),
        initials: row.optional("initials").map(Into::into),
        peer_group: row.optional("peer_group").map(Into::into),
    })
}

/// A member of staff; the login a person first had is also the id.
fn member(row: &Row<'_>) -> Result<Staff, PackFault> {
    let login = row.text("login")?;
    let roles: BTreeSet<_> = row.words("roles")?;
    if roles.is_empty() {
        return Err(row.fault("roles", "a member of staff needs a role; add one"));
    }
    Ok(Staff {
        id: StaffId::from(login),
        login: login.into(),
        name: row.text("name")?.into(),
        unit: row.text("unit")?.into(),
        roles,
        disabled: false,
    })
}

/// The directory's own fault, with the line where its subject stands.
fn located(fault: &DirectoryFault, places: &HashMap<(&'static str, String), u64>) -> Option<PackFault> {
    let (kind, id, column) = match fault {
        DirectoryFault::Twice { kind: "login", id } => ("login", id, Some("login")),
        // Ids of staff are their logins: one fault for both is enough.
        DirectoryFault::Twice { kind: "staff", .. } => return None,
        DirectoryFault::Twice { kind, id } => (*kind, id, Some("id")),
        DirectoryFault::Dangling { kind, id, field, .. } => (*kind, id, Some(*field)),
        DirectoryFault::Cycle { id } => ("area", id, Some("parent")),
    };
    let file = match kind {
        "area" => AREAS,
        "unit" => UNITS,
        _ => STAFF,
    };
    let line = places.get(&(file, id.clone())).copied();
    Some(PackFault { file, line, column, problem: fault.to_string() })
}
