//! The directory (组织机构): areas, units and staff of one city, as one immutable snapshot.
//!
//! Areas form a tree: city > county > town > village or grid (市 > 县区 > 镇街 > 村社网格).
//! Units stand on two axes: where they are ([`Unit::area`]) and which line of duty they follow
//! ([`Unit::line`], 条线). The governance layer (板块) lies beside the statistical tree: its areas
//! name the divisions they hold, and may overlap them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::id::{AreaId, StaffId, UnitId};
use crate::time::Date;

/// The level of an area or of the centre that governs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AreaLevel {
    /// 市
    City,
    /// 县（市、区）
    County,
    /// 镇、街道
    Town,
    /// 村、社区：网格
    Grid,
}

/// Which tree an area belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AreaLayer {
    /// 统计区划
    Division,
    /// 治理板块: counties and park committees, which may overlap counties and hold towns
    Governance,
}

/// A node of a tree of areas (区划).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Area {
    pub id: AreaId,
    pub layer: AreaLayer,
    pub level: AreaLevel,
    pub name: String,
    /// The official code, which changes when divisions change.
    pub code: Option<String>,
    pub parent: Option<AreaId>,
    /// The area existed from this day on …
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub valid_from: Option<Date>,
    /// … and until the day before this one.
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub valid_to: Option<Date>,
    /// For a governance area: the divisions that it holds.
    #[serde(default)]
    pub holds: Vec<AreaId>,
    /// Something a reader must know, such as that the area has no polygon.
    pub remark: Option<String>,
}

/// What kind of organisation a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 指挥中心: takes in, dispatches, reviews, calls back
    Centre,
    /// 部门: a department at some level
    Department,
    /// 属地: the government of a county or a town as a handling unit
    Government,
    /// 队伍: a team inside a department or a town
    Team,
}

/// An organisation that can hold work (单位).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Unit {
    pub id: UnitId,
    pub name: String,
    pub kind: UnitKind,
    /// The division it answers for.
    pub area: AreaId,
    /// The line of duty (条线), such as `housing`; `None` for centres and governments.
    pub line: Option<String>,
    /// The unit above it on the same line: a county branch's city department.
    pub parent: Option<UnitId>,
    /// Its own steps of a reply: handler → reviewer → signer (经办→审核→签发), in this order.
    pub steps: Vec<Step>,
    /// Duties this unit may be given by a department, by line (履职事项清单); towns only.
    #[serde(default)]
    pub duty_list: BTreeSet<String>,
    /// First letters of the name's pinyin, for search by keyboard.
    pub initials: Option<String>,
    /// The peer group in which bands are computed, such as `county_government`.
    pub peer_group: Option<String>,
}

/// A step of a unit's own work on a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 经办
    Handler,
    /// 审核
    Reviewer,
    /// 签发
    Signer,
}

/// What a member of staff may do. Scope (where) follows from the unit; roles say what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 话务员
    CallTaker,
    /// 值班长
    ShiftLeader,
    /// 派单员
    Dispatcher,
    /// 审核员
    CentreReviewer,
    /// 回访员
    CallbackClerk,
    /// 督办员
    Supervisor,
    /// 核查员
    Inspector,
    /// 分析员
    Analyst,
    /// 单位签收人
    UnitReceiver,
    /// 单位经办人
    UnitHandler,
    /// 单位审核人
    UnitReviewer,
    /// 单位签发人
    UnitSigner,
    /// 网格员
    GridWorker,
    /// 领导
    Leader,
    /// 涉密举报专员: may see secret reports of wrongdoing
    SecrecyOfficer,
    /// 数据管理员
    DataSteward,
    /// 系统管理员
    SystemAdministrator,
    /// 安全管理员
    SecurityAdministrator,
    /// 审计管理员
    AuditAdministrator,
}

impl Role {
    /// What people call it.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::CallTaker => "话务员",
            Self::ShiftLeader => "值班长",
            Self::Dispatcher => "派单员",
            Self::CentreReviewer => "审核员",
            Self::CallbackClerk => "回访员",
            Self::Supervisor => "督办员",
            Self::Inspector => "核查员",
            Self::Analyst => "分析员",
            Self::UnitReceiver => "单位签收人",
            Self::UnitHandler => "单位经办人",
            Self::UnitReviewer => "单位审核人",
            Self::UnitSigner => "单位签发人",
            Self::GridWorker => "网格员",
            Self::Leader => "领导",
            Self::SecrecyOfficer => "涉密举报专员",
            Self::DataSteward => "数据管理员",
            Self::SystemAdministrator => "系统管理员",
            Self::SecurityAdministrator => "安全管理员",
            Self::AuditAdministrator => "审计管理员",
        }
    }
}

/// A member of staff (工作人员).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Staff {
    pub id: StaffId,
    /// What one types at the log-in page.
    pub login: String,
    pub name: String,
    pub unit: UnitId,
    pub roles: BTreeSet<Role>,
    #[serde(default)]
    pub disabled: bool,
}

/// Everything above, indexed. Built once from a pack or from the store, then only read.
#[derive(Debug, Default)]
pub struct Directory {
    areas: BTreeMap<AreaId, Area>,
    units: BTreeMap<UnitId, Unit>,
    staff: BTreeMap<StaffId, Staff>,
    logins: HashMap<String, StaffId>,
    centres: HashMap<AreaId, UnitId>,
    governments: HashMap<AreaId, UnitId>,
    branches: HashMap<(AreaId, String), UnitId>,
    /// Governance areas by the division they hold.
    holders: HashMap<AreaId, Vec<AreaId>>,
    staff_of: HashMap<UnitId, Vec<StaffId>>,
}

/// A fault in a pack: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryFault {
    #[error("{kind} `{id}` stands twice; give one of them another id")]
    Twice { kind: &'static str, id: String },
    #[error("{kind} `{id}` names {field} `{target}`, which does not exist; add it or correct the name")]
    Dangling { kind: &'static str, id: String, field: &'static str, target: String },
    #[error("area `{id}` is its own ancestor; correct its parent")]
    Cycle { id: String },
}

impl Directory {
    /// Builds the snapshot and checks that every reference leads somewhere.
    pub fn new(areas: Vec<Area>, units: Vec<Unit>, staff: Vec<Staff>) -> Result<Self, Vec<DirectoryFault>> {
        let mut directory = Self::default();
        let mut faults = Vec::new();
        for area in areas {
            let id = area.id.clone();
            for held in &area.holds {
                directory.holders.entry(held.clone()).or_default().push(id.clone());
            }
            if directory.areas.insert(id.clone(), area).is_some() {
                faults.push(DirectoryFault::Twice { kind: "area", id: id.to_string() });
            }
        }
        for unit in units {
            let id = unit.id.clone();
            match unit.kind {
                UnitKind::Centre => {
                    directory.centres.insert(unit.area.clone(), id.clone());
                }
                UnitKind::Government => {
                    directory.governments.insert(unit.area.clone(), id.clone());
                }
                UnitKind::Department | UnitKind::Team => {
                    if let (UnitKind::Department, Some(line)) = (unit.kind, &unit.line) {
                        directory.branches.insert((unit.area.clone(), line.clone()), id.clone());
                    }
                }
            }
            if directory.units.insert(id.clone(), unit).is_some() {
                faults.push(DirectoryFault::Twice { kind: "unit", id: id.to_string() });
            }
        }
        for member in staff {
            let id = member.id.clone();
            directory.staff_of.entry(member.unit.clone()).or_default().push(id.clone());
            if directory.logins.insert(member.login.clone(), id.clone()).is_some() {
                faults.push(DirectoryFault::Twice { kind: "login", id: member.login.clone() });
            }
            if directory.staff.insert(id.clone(), member).is_some() {
                faults.push(DirectoryFault::Twice { kind: "staff", id: id.to_string() });
            }
        }
        directory.check(&mut faults);
        if faults.is_empty() { Ok(directory) } else { Err(faults) }
    }

    fn check(&self, faults: &mut Vec<DirectoryFault>) {
        let mut dangling = |kind, id: &str, field, target: &str| {
            faults.push(DirectoryFault::Dangling { kind, id: id.into(), field, target: target.into() });
        };
        for area in self.areas.values() {
            for target in area.parent.iter().filter(|p| !self.areas.contains_key(p)) {
                dangling("area", area.id.as_str(), "parent", target.as_str());
            }
            for target in area.holds.iter().filter(|p| !self.areas.contains_key(p)) {
                dangling("area", area.id.as_str(), "holds", target.as_str());
            }
        }
        for unit in self.units.values() {
            if !self.areas.contains_key(&unit.area) {
                dangling("unit", unit.id.as_str(), "area", unit.area.as_str());
            }
            for target in unit.parent.iter().filter(|p| !self.units.contains_key(p)) {
                dangling("unit", unit.id.as_str(), "parent", target.as_str());
            }
        }
        for member in self.staff.values() {
            if !self.units.contains_key(&member.unit) {
                dangling("staff", member.id.as_str(), "unit", member.unit.as_str());
            }
        }
        for area in self.areas.values() {
            let mut seen = BTreeSet::new();
            let mut next = Some(&area.id);
            while let Some(id) = next {
                if !seen.insert(id) {
                    faults.push(DirectoryFault::Cycle { id: area.id.to_string() });
                    break;
                }
                next = self.areas.get(id).and_then(|a| a.parent.as_ref());
            }
        }
    }

    #[must_use]
    pub fn area(&self, id: &AreaId) -> Option<&Area> {
        self.areas.get(id)
    }

    #[must_use]
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.units.get(id)
    }

    #[must_use]
    pub fn staff(&self, id: &StaffId) -> Option<&Staff> {
        self.staff.get(id)
    }

    #[must_use]
    pub fn staff_by_login(&self, login: &str) -> Option<&Staff> {
        self.staff.get(self.logins.get(login)?)
    }

    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.areas.values()
    }

    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    pub fn all_staff(&self) -> impl Iterator<Item = &Staff> {
        self.staff.values()
    }

    /// Who works at a unit, in the order of their ids.
    pub fn staff_of(&self, unit: &UnitId) -> impl Iterator<Item = &Staff> {
        self.staff_of.get(unit).into_iter().flatten().filter_map(|id| self.staff.get(id))
    }

    /// The one city at the top of the divisions.
    #[must_use]
    pub fn city(&self) -> Option<&Area> {
        self.areas.values().find(|a| a.layer == AreaLayer::Division && a.level == AreaLevel::City)
    }

    /// The area itself and every area above it, from the inside out.
    pub fn ancestors<'a>(&'a self, area: &AreaId) -> impl Iterator<Item = &'a Area> + use<'a> {
        let mut next = self.areas.get(area);
        std::iter::from_fn(move || {
            let area = next?;
            next = area.parent.as_ref().and_then(|p| self.areas.get(p));
            Some(area)
        })
    }

    /// The area at `level` that holds `area` (itself included).
    #[must_use]
    pub fn ancestor_at(&self, area: &AreaId, level: AreaLevel) -> Option<&Area> {
        self.ancestors(area).find(|a| a.level == level)
    }

    /// Whether `inner` is `outer` or lies below it.
    #[must_use]
    pub fn within(&self, inner: &AreaId, outer: &AreaId) -> bool {
        self.ancestors(inner).any(|a| &a.id == outer)
    }

    /// The governance areas (板块) that hold a division directly or through an area above it.
    pub fn governance_of<'a>(&'a self, area: &AreaId) -> impl Iterator<Item = &'a Area> + use<'a> {
        self.ancestors(area)
            .flat_map(|a| self.holders.get(&a.id).into_iter().flatten())
            .filter_map(|id| self.areas.get(id))
    }

    /// The command centre of an area.
    #[must_use]
    pub fn centre(&self, area: &AreaId) -> Option<&Unit> {
        self.units.get(self.centres.get(area)?)
    }

    /// The nearest centre at or above an area.
    #[must_use]
    pub fn centre_above(&self, area: &AreaId) -> Option<&Unit> {
        self.ancestors(area).find_map(|a| self.centre(&a.id))
    }

    /// The government of an area as a handling unit.
    #[must_use]
    pub fn government(&self, area: &AreaId) -> Option<&Unit> {
        self.units.get(self.governments.get(area)?)
    }

    /// The department of a line at exactly this area.
    #[must_use]
    pub fn department(&self, area: &AreaId, line: &str) -> Option<&Unit> {
        self.units.get(self.branches.get(&(area.clone(), line.to_owned()))?)
    }

    /// The level of the area a unit answers for.
    #[must_use]
    pub fn level_of(&self, unit: &UnitId) -> Option<AreaLevel> {
        self.unit(unit).and_then(|u| self.area(&u.area)).map(|a| a.level)
    }
}

/// The key under which an area holds access to a case.
#[must_use]
pub fn area_key(area: &AreaId) -> String {
    format!("a:{area}")
}

/// The key under which a unit holds access to a case.
#[must_use]
pub fn unit_key(unit: &UnitId) -> String {
    format!("u:{unit}")
}
