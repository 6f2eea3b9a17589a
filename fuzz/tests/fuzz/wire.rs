//! What other systems say: warnings, and service requests of citizens.

use yipan_base::refusal::Refusal;
use yipan_fuzz::Target;
use yipan_wire::open311::{
    Definition, Discovery, Error, Format, Query, Receipt, Service, ServiceRequest, Submission, Target as Path,
};
use yipan_wire::{cap, open311};

use crate::{says, speaks};

#[test]
fn warnings() {
    let words = &["<info>", "</alert>", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&#0;", "xmlns=\"", "\u{feff}"];
    Target { name: "cap", inputs: 2_000, words }.fuzz(Vec::new(), |bytes| match cap::read(bytes) {
        Ok(message) => {
            // What was understood can be understood again, unless a rule of writing says no.
            if let Ok(written) = cap::write(&message.alert) {
                assert_eq!(cap::read(&written).unwrap().alert, message.alert);
            }
        }
        Err(fault) => {
            says(&fault);
            speaks(&Refusal::from(fault));
        }
    });
}

#[test]
fn georeport() {
    fn answers<A: open311::Answer>(bytes: &[u8]) {
        for format in [Format::Xml, Format::Json] {
            if let Err(fault) = open311::read::<A>(bytes, format) {
                speaks(&Refusal::from(fault));
            }
        }
    }
    let words = &["<request>", "null", "[", "\"lat\":1e999", "</service_requests>", "&amp;"];
    Target { name: "georeport", inputs: 1_000, words }.fuzz(Vec::new(), |bytes| {
        answers::<Vec<ServiceRequest>>(bytes);
        answers::<Vec<Service>>(bytes);
        answers::<Vec<Receipt>>(bytes);
        answers::<Vec<Error>>(bytes);
        answers::<Definition>(bytes);
        answers::<Discovery>(bytes);
    });
}

#[test]
fn submissions() {
    let words = &["attribute[", "%5B%5D", "&", "=", "%", "lat=", "service_code="];
    Target { name: "submission", inputs: 2_000, words }.fuzz(Vec::new(), |bytes| {
        if let Ok(read) = Submission::read(bytes) {
            assert_eq!(Submission::read(&read.write()).unwrap(), read);
        }
        if let Err(complaints) = Query::read(bytes) {
            complaints.iter().for_each(says);
        }
        if let Ok(path) = std::str::from_utf8(bytes) {
            let _ = Path::read(path).map_err(|complaint| says(&complaint));
        }
    });
}
