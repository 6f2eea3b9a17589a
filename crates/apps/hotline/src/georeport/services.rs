//! What can be asked for (诉求类别): the categories of appeals, the kinds of them. Sections "GET Service List" and
//! "GET Service Definition" of the specification.

use std::collections::BTreeSet;

use yipan_base::category::Category;
use yipan_casework::case::{Kind, Word};
use yipan_http::Language;
use yipan_platform::city::City;
use yipan_wire::open311::{Attribute, Choice, Datatype, Definition, Service, ServiceType};

/// The attribute by which a submission says what it wants.
pub(super) const KIND: &str = "kind";

/// The kinds that this door takes, the usual one first. Reports of wrongdoing (举报) are none of them: they need a
/// desk that keeps them secret from the first word on.
pub(super) const KINDS: [Kind; 6] =
    [Kind::Help, Kind::Complaint, Kind::Consultation, Kind::Suggestion, Kind::Praise, Kind::Other];

/// The line whose matters all are about persons in office.
const DISCIPLINE: &str = "discipline";
/// What the name of a category of reports holds.
const REPORT: &str = "举报";

/// All services, in the order of their codes.
pub(super) fn services(city: &City, language: Language) -> Vec<Service> {
    let parents: BTreeSet<_> = city.categories.values().filter_map(|c| c.parent.as_ref()).collect();
    let leaves = city.categories.values().filter(|c| !parents.contains(&c.id) && is_open(c));
    leaves.map(|category| service(city, category, language)).collect()
}

/// The category behind a code, if it is one that [`services`] lists.
pub(super) fn offered<'a>(city: &'a City, code: &str) -> Option<&'a Category> {
    let category = city.categories.get(&code.into()).filter(|c| is_open(c))?;
    let parent = city.categories.values().any(|c| c.parent.as_ref() == Some(&category.id));
    (!parent).then_some(category)
}

/// What a service asks beside place and words: which kind of appeal it is.
pub(super) fn definition(category: &Category, language: Language) -> Definition {
    let choice = |kind: Kind| Choice {
        key: kind.code().to_owned(),
        name: language.pick(kind.zh(), kind.en()).to_owned(),
    };
    let attribute = Attribute {
        variable: true,
        code: KIND.to_owned(),
        datatype: Datatype::SingleValueList,
        required: false,
        datatype_description: Some(
            language.pick("不填按“求助”受理", "a help request if left out").to_owned(),
        ),
        order: 1,
        description: Some(language.pick("诉求类型", "What is wanted").to_owned()),
        choices: KINDS.map(choice).to_vec(),
    };
    Definition { service_code: category.id.to_string(), attributes: vec![attribute] }
}

/// The name of a category in the reader's language.
pub(super) fn name(category: &Category, language: Language) -> &str {
    language.pick(&category.zh, &category.en)
}

fn is_open(category: &Category) -> bool {
    category.line != DISCIPLINE && !category.zh.contains(REPORT)
}

fn service(city: &City, category: &Category, language: Language) -> Service {
    let above = |category: &Category| city.categories.get(category.parent.as_ref()?);
    let path: Vec<_> =
        std::iter::successors(above(category), |c| above(c)).map(|c| name(c, language).to_owned()).collect();
    let words = path.first().map(|nearest| nearest.replace(',', " "));
    Service {
        code: category.id.to_string(),
        name: name(category, language).to_owned(),
        description: None,
        metadata: true,
        kind: ServiceType::Realtime,
        keywords: words.into_iter().collect(),
        group: path.last().cloned(),
    }
}
