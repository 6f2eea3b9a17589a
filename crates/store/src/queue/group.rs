//! The rows of one group of units of work: as loaded, as each unit leaves them to the next, and as
//! one change per key that is written in the end.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use yipan_base::refusal::Refusal;

use crate::error::taken;
use crate::record::{Names, Record};
use crate::row::{Change, Row};
use crate::table::Table;
use crate::value::Value;

/// All rows that a group touches, by table and key.
#[derive(Default)]
pub(crate) struct Group {
    tables: Vec<TableRows>,
}

pub(crate) struct TableRows {
    pub(crate) table: &'static Table,
    slots: HashMap<Box<[Value]>, Slot>,
}

/// One key.
#[derive(Default)]
struct Slot {
    /// Whether the row was looked up, so that `row` tells what the database holds.
    looked_up: bool,
    /// The row as the units so far leave it; beside `Change::Add`, what they added.
    row: Option<Record>,
    /// What is to be written.
    change: Option<Change>,
}

impl Group {
    /// Notes that a row must be loaded.
    pub(crate) fn want(&mut self, table: &'static Table, key: &[Value]) {
        let slots = &mut self.table_mut(table).slots;
        if !slots.contains_key(key) {
            slots.insert(key.into(), Slot { looked_up: true, ..Slot::default() });
        }
    }

    /// The tables with rows to load or to write.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &TableRows> {
        self.tables.iter()
    }

    /// Keeps a row that was found.
    pub(crate) fn found(&mut self, table: &'static Table, record: Record) {
        if let Some(slot) = self.table_mut(table).slots.get_mut(&record.values[..table.key]) {
            slot.row = Some(record);
        }
    }

    /// The row of that key as the units so far leave it.
    pub(crate) fn row(&self, table: &'static Table, key: &[Value]) -> Option<&Record> {
        self.slot(table, key).and_then(|slot| slot.row.as_ref())
    }

    /// Whether the row surely exists, so that inserting it again surely fails.
    pub(crate) fn exists(&self, row: &Row) -> bool {
        self.slot(row.table, row.key()).is_some_and(|slot| slot.row.is_some())
    }

    /// Takes one row of a unit in, on top of what the units before it left.
    ///
    /// # Errors
    /// If the row cannot follow what stands: the group must then be taken apart.
    pub(crate) fn apply(&mut self, row: Row) -> Result<(), Refusal> {
        let Row { table, change, values } = row;
        let slots = &mut self.table_mut(table).slots;
        // Looking up by the borrowed key first spares a copy of it for most rows.
        if let Some(slot) = slots.get_mut(&values[..table.key]) {
            return slot.apply(table, change, values);
        }
        match slots.entry(values[..table.key].into()) {
            Entry::Vacant(place) => place.insert(Slot::default()).apply(table, change, values),
            Entry::Occupied(place) => place.into_mut().apply(table, change, values),
        }
    }

    fn slot(&self, table: &'static Table, key: &[Value]) -> Option<&Slot> {
        let rows = self.tables.iter().find(|rows| std::ptr::eq(rows.table, table))?;
        rows.slots.get(key)
    }

    fn table_mut(&mut self, table: &'static Table) -> &mut TableRows {
        let known = self.tables.iter().position(|rows| std::ptr::eq(rows.table, table));
        let at = known.unwrap_or_else(|| {
            self.tables.push(TableRows { table, slots: HashMap::new() });
            self.tables.len() - 1
        });
        &mut self.tables[at]
    }
}

impl Slot {
    fn apply(&mut self, table: &'static Table, change: Change, values: Vec<Value>) -> Result<(), Refusal> {
        match change {
            Change::Insert if self.row.is_some() => return Err(taken(table.name)),
            // Only after a deletion in this group may an insertion meet the row in the database.
            Change::Insert if self.change == Some(Change::Delete) => self.change = Some(Change::Upsert),
            // An insertion that nothing has checked yet must reach the engine as one.
            Change::Upsert if self.change == Some(Change::Insert) => {}
            // Of a deletion after such an insertion nothing would be left to check: not in one group.
            Change::Delete if self.change == Some(Change::Insert) && !self.looked_up => {
                return Err(taken(table.name));
            }
            Change::Add => return self.add(table, values),
            other => self.change = Some(other),
        }
        self.row = (change != Change::Delete).then_some(Record { names: Names::Table(table), values });
        Ok(())
    }

    /// Adds counters to whatever the slot holds.
    fn add(&mut self, table: &'static Table, values: Vec<Value>) -> Result<(), Refusal> {
        match &mut self.row {
            Some(row) => {
                for (sum, delta) in row.values.iter_mut().zip(&values).skip(table.key) {
                    let (Value::Int(a), Value::Int(b)) = (&*sum, delta) else { continue };
                    *sum = Value::Int(a.saturating_add(*b));
                }
            }
            None => self.row = Some(Record { names: Names::Table(table), values }),
        }
        if self.change.is_none() || self.change == Some(Change::Delete) {
            // What the database holds is known to this slot, unless nobody looked.
            let known = self.looked_up || self.change == Some(Change::Delete);
            self.change = Some(if known { Change::Upsert } else { Change::Add });
        }
        Ok(())
    }
}

impl TableRows {
    /// The keys to load, in key order.
    pub(crate) fn wanted(&self) -> Vec<&[Value]> {
        let mut keys: Vec<_> =
            self.slots.iter().filter(|(_, slot)| slot.looked_up).map(|(key, _)| &**key).collect();
        keys.sort_unstable();
        keys
    }

    /// The rows to write by one kind of change, in key order: all values, or the key of a deletion.
    pub(crate) fn changed(&self, change: Change) -> Vec<&[Value]> {
        let slots = self.slots.iter().filter(|(_, slot)| slot.change == Some(change));
        let mut rows: Vec<&[Value]> =
            slots.map(|(key, slot)| slot.row.as_ref().map_or(&**key, |row| &row.values)).collect();
        // Keys stand first in a row and are distinct.
        rows.sort_unstable();
        rows
    }

    pub(crate) fn writes(&self) -> bool {
        self.slots.values().any(|slot| slot.change.is_some())
    }
}
