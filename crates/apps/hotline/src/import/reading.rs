//! One row of a table as the matter that it tells of.

use yipan_base::directory::AreaLayer;
use yipan_base::geo::Datum;
use yipan_base::id::{AreaId, CategoryId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::{UnknownWord, Word};
use yipan_platform::city::City;
use yipan_platform::keys::Keys;
use yipan_platform::{Appellant, NewAppeal, NewPlace};
use yipan_sheets::{Binding, Row};
use yipan_text::normalise;

use super::field::Field;
use super::plan::ImportPlan;

/// The longest key or name of a source, in bytes.
pub(super) const LONGEST_KEY: usize = 200;

/// What rows are read with.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub plan: &'a ImportPlan,
    pub binding: &'a Binding,
    pub city: &'a City,
    pub keys: &'a Keys,
}

impl Reading<'_> {
    /// The matter that a row tells of. Pointers of refusals are those of [`Field`] names.
    pub fn appeal(&self, row: &Row) -> Result<NewAppeal, Refusal> {
        let cell = |field: Field| self.cell(field, row);
        let owned = |field: Field| cell(field).map(str::to_owned);
        let plan = self.plan;
        let caller = owned(Field::Caller);
        let (name, reference) = match caller {
            Some(caller) if caller.chars().any(is_han) => (Some(caller), None),
            other => (None, other),
        };
        let person = Appellant { name, reference, phone: owned(Field::Phone), identity: None };
        let category = match (cell(Field::Category), &plan.category) {
            (Some(text), _) => self.category(text)?,
            (None, Some(category)) => category.clone(),
            (None, None) => {
                return Err(at(
                    Field::Category,
                    "import.blank",
                    "此行没有诉求分类；请填写，或指定默认分类",
                    "the row names no category; fill it in, or name one for all rows",
                ));
            }
        };
        Ok(NewAppeal {
            channel: self.word(Field::Channel, row, plan.channel)?,
            title: owned(Field::Title),
            text: owned(Field::Text).unwrap_or_default(),
            kind: self.word(Field::Kind, row, plan.kind)?,
            category,
            level: None,
            place: NewPlace {
                address: owned(Field::Address),
                area: cell(Field::Area).map(|text| self.area(text)).transpose()?,
                longitude: self.degrees(Field::Longitude, row)?,
                latitude: self.degrees(Field::Latitude, row)?,
                datum: cell(Field::Datum).map(datum).transpose()?,
            },
            person: (person != Appellant::default()).then_some(person),
            anonymous: false,
            received_at: cell(Field::Received).map(received).transpose()?,
            secret: None,
            accused_units: Default::default(),
            accused_staff: Default::default(),
            outer: None,
            centre: None,
            historical: plan.historical,
            source: Some((plan.source.clone(), self.key(row)?)),
        })
    }

    /// A cell without the blanks around it; `None` if it is not mapped or blank.
    pub fn cell<'r>(&self, field: Field, row: &'r Row) -> Option<&'r str> {
        self.binding.get(field.name(), row).map(str::trim).filter(|text| !text.is_empty())
    }

    /// By what the row is known again: its own key, or where no column holds one, what it says.
    fn key(&self, row: &Row) -> Result<String, Refusal> {
        if self.binding.get(Field::Key.name(), row).is_none() {
            let normal: Vec<String> = row.cells.iter().map(|cell| normalise(cell)).collect();
            return Ok(self.keys.digest("import", &normal.join("\u{1f}")));
        }
        match self.cell(Field::Key, row) {
            Some(key) if key.len() <= LONGEST_KEY => Ok(key.to_owned()),
            Some(_) => Err(at(
                Field::Key,
                "import.key_long",
                format!("键超过 {LONGEST_KEY} 字节；请核对是否选对了列"),
                format!("the key is longer than {LONGEST_KEY} bytes; check that the right column is mapped"),
            )),
            None => Err(at(
                Field::Key,
                "import.blank",
                "此行没有键，无法防止重复导入；请填写",
                "the row has no key, by which it would be known again; fill it in",
            )),
        }
    }

    fn word<W: Word + std::str::FromStr<Err = UnknownWord>>(
        &self,
        field: Field,
        row: &Row,
        default: W,
    ) -> Result<W, Refusal> {
        self.cell(field, row).map_or(Ok(default), |text| {
            text.parse().map_err(|fault: UnknownWord| {
                let words: Vec<_> = W::LIST.iter().map(|(_, _, zh, _)| *zh).collect();
                let zh = format!("“{}”不在词表内；可用：{}", shown(text), words.join("、"));
                let en = format!("`{}` is not in the list; use one of: {}", shown(text), fault.known);
                at(field, "import.word", zh, en)
            })
        })
    }

    fn category(&self, text: &str) -> Result<CategoryId, Refusal> {
        let categories = &self.city.categories;
        if let Some((id, _)) = categories.get_key_value(&CategoryId::new(text)) {
            return Ok(id.clone());
        }
        only(categories.values().filter(|c| c.zh == text)).map(|c| c.id.clone()).ok_or_else(|| {
            let zh = format!("没有（或不止一个）诉求分类“{}”；请填写分类代码", shown(text));
            let en = format!("no category, or more than one, is called `{}`; give its id", shown(text));
            at(Field::Category, "category.unknown", zh, en)
        })
    }

    fn area(&self, text: &str) -> Result<AreaId, Refusal> {
        let directory = &self.city.directory;
        if let Some(area) = directory.area(&AreaId::new(text)) {
            return Ok(area.id.clone());
        }
        // Governance areas (板块) often bear the name of a division; people mean the division.
        let divisions = || directory.areas().filter(|a| a.layer == AreaLayer::Division);
        let coded = only(divisions().filter(|a| a.code.as_deref() == Some(text)));
        let named = || only(divisions().filter(|a| a.name == text));
        coded.or_else(named).map(|a| a.id.clone()).ok_or_else(|| {
            let zh = format!("没有（或不止一个）区划“{}”；请填写区划代码", shown(text));
            let en = format!("no area, or more than one, is called `{}`; give its code", shown(text));
            at(Field::Area, "area.unknown", zh, en)
        })
    }

    fn degrees(&self, field: Field, row: &Row) -> Result<Option<f64>, Refusal> {
        let number = |text: &str| {
            text.parse().map_err(|_| {
                let zh = format!("“{}”不是以度为单位的数；请写成 120.894 的形式", shown(text));
                let en = format!("`{}` is not a number of degrees; write it like 120.894", shown(text));
                at(field, "import.number", zh, en)
            })
        };
        self.cell(field, row).map(number).transpose()
    }
}

fn received(text: &str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| {
        let zh = format!("“{}”不是时间；请写成 2021-05-01 08:30 的形式", shown(text));
        let en = format!("`{}` is not a time; write it like 2021-05-01 08:30", shown(text));
        at(Field::Received, "import.time", zh, en)
    })
}

fn datum(text: &str) -> Result<Datum, Refusal> {
    Ok(match text.to_ascii_lowercase().replace('-', "").as_str() {
        "wgs84" => Datum::Wgs84,
        "cgcs2000" => Datum::Cgcs2000,
        "gcj02" => Datum::Gcj02,
        "bd09" => Datum::Bd09,
        _ => {
            let zh = format!("没有坐标系“{}”；可用：wgs84、cgcs2000、gcj02、bd09", shown(text));
            let en = format!("there is no datum `{}`; use wgs84, cgcs2000, gcj02 or bd09", shown(text));
            return Err(at(Field::Datum, "import.datum", zh, en));
        }
    })
}

fn at(field: Field, code: &str, zh: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::invalid(code, zh, en).at(format!("/{}", field.name()))
}

/// The one that there is, if there is only one.
fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// As much of a cell as belongs into a sentence.
fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}
