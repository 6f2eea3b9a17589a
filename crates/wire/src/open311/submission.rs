//! A request being made. Section "POST Service Request".

use yipan_base::geo::Point;

use super::complaint::Complaint;
use super::form;

/// Characters of a description.
const LONGEST: usize = 4_000;

/// What a client sends for a citizen (诉求提交). Section "POST Service Request". At least one of the three ways to
/// tell a place is there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Submission {
    pub api_key: Option<String>,
    pub jurisdiction_id: Option<String>,
    pub service_code: String,
    /// WGS-84.
    pub place: Option<Point>,
    /// In words, the most particular first.
    pub address_string: Option<String>,
    /// In the city's register of addresses.
    pub address_id: Option<String>,
    /// What the service's definition asks, one entry a code.
    pub attributes: Vec<AttributeValue>,
    pub email: Option<String>,
    pub device_id: Option<String>,
    pub account_id: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,
    /// At most 4,000 characters.
    pub description: Option<String>,
    pub media_url: Option<String>,
}

/// What an attribute is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeValue {
    pub code: String,
    /// Several of a multivaluelist, else one.
    pub values: Vec<String>,
}

impl Submission {
    /// Reads the body of a call: names and values, percent-encoded in UTF-8. A value that is empty is as if it had
    /// not been sent; names that the specification does not know are passed over. Attributes come as
    /// `attribute[CODE]=v`, or `attribute[CODE][]=v` once or more.
    ///
    /// # Errors
    /// Everything that is wrong with it, so that all can be put right at once. Whether key, jurisdiction, service
    /// and attributes exist is for the server to say.
    pub fn read(body: &[u8]) -> Result<Self, Vec<Complaint>> {
        let pairs = form::read(body).map_err(|complaint| vec![complaint])?;
        let mut complaints = Vec::new();
        let mut one = |name| form::one(&pairs, name, &mut complaints);
        let service_code = one("service_code");
        let (lat, lon) = (one("lat"), one("long"));
        let mut submission = Self {
            api_key: one("api_key"),
            jurisdiction_id: one("jurisdiction_id"),
            service_code: String::new(),
            place: None,
            address_string: one("address_string"),
            address_id: one("address_id"),
            attributes: attributes(&pairs),
            email: one("email"),
            device_id: one("device_id"),
            account_id: one("account_id"),
            first_name: one("first_name"),
            last_name: one("last_name"),
            phone: one("phone"),
            description: one("description"),
            media_url: one("media_url"),
        };
        match service_code {
            Some(code) => submission.service_code = code,
            None => complaints.push(Complaint::Missing { name: "service_code".to_owned() }),
        }
        let told = lat.is_some() || lon.is_some();
        match place(lat.as_deref(), lon.as_deref()) {
            Ok(place) => submission.place = place,
            Err(complaint) => complaints.push(complaint),
        }
        if !told && submission.address_string.is_none() && submission.address_id.is_none() {
            complaints.push(Complaint::NoPlace);
        }
        if submission.description.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
            complaints.push(Complaint::TooLong { name: "description".to_owned(), limit: LONGEST });
        }
        if complaints.is_empty() { Ok(submission) } else { Err(complaints) }
    }

    /// The body of a call.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut body = String::new();
        let code = Some(&self.service_code);
        let (lat, lon) = (self.place.map(|p| p.lat().to_string()), self.place.map(|p| p.lon().to_string()));
        let fields = [
            ("api_key", self.api_key.as_ref()),
            ("jurisdiction_id", self.jurisdiction_id.as_ref()),
            ("service_code", code),
            ("lat", lat.as_ref()),
            ("long", lon.as_ref()),
            ("address_string", self.address_string.as_ref()),
            ("address_id", self.address_id.as_ref()),
            ("email", self.email.as_ref()),
            ("device_id", self.device_id.as_ref()),
            ("account_id", self.account_id.as_ref()),
            ("first_name", self.first_name.as_ref()),
            ("last_name", self.last_name.as_ref()),
            ("phone", self.phone.as_ref()),
            ("description", self.description.as_ref()),
            ("media_url", self.media_url.as_ref()),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                form::push(&mut body, name, value);
            }
        }
        for AttributeValue { code, values } in &self.attributes {
            let several = if values.len() == 1 { "" } else { "[]" };
            for value in values {
                form::push(&mut body, &format!("attribute[{code}]{several}"), value);
            }
        }
        body.into_bytes()
    }
}

/// The values of attributes, those of one code together, in the order in which the codes came.
fn attributes(pairs: &[(String, String)]) -> Vec<AttributeValue> {
    let mut attributes: Vec<AttributeValue> = Vec::new();
    for (name, value) in pairs {
        let inside = name.strip_prefix("attribute[").map(|rest| rest.strip_suffix("[]").unwrap_or(rest));
        let Some(code) = inside.and_then(|rest| rest.strip_suffix(']')) else { continue };
        let value = value.trim().to_owned();
        match attributes.iter_mut().find(|attribute| attribute.code == code) {
            Some(attribute) => attribute.values.push(value),
            None => attributes.push(AttributeValue { code: code.to_owned(), values: vec![value] }),
        }
    }
    attributes
}

/// Both or neither, on the ground.
fn place(lat: Option<&str>, lon: Option<&str>) -> Result<Option<Point>, Complaint> {
    let value = |wanted: String| Complaint::Value { name: "the place (lat, long)".to_owned(), wanted };
    let degrees = |text: &str| text.parse::<f64>().map_err(|_| value("two numbers of degrees".to_owned()));
    match (lat, lon) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Complaint::Missing { name: "lat".to_owned() }),
        (Some(_), None) => Err(Complaint::Missing { name: "long".to_owned() }),
        (Some(lat), Some(lon)) => {
            let place = Point::new(degrees(lon)?, degrees(lat)?);
            place.map(Some).map_err(|fault| value(format!("on the ground: {fault}")))
        }
    }
}
