//! Times as CAP and Open311 write them.

use proptest::prelude::*;
use yipan_base::time::Timestamp;
use yipan_wire::Moment;

use super::support::moment;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn cap_wants_seconds_and_an_offset_in_digits() {
    let good = [
        ("2012-05-02T23:21:04-00:00", "2012-05-03T07:21:04+08:00", 0),
        ("2012-05-02T23:21:04+00:00", "2012-05-03T07:21:04+08:00", 0),
        (" 2010-08-30T04:07:00-06:00\n", "2010-08-30T18:07:00+08:00", -360),
        ("2021-05-01T24:00:00+08:00", "2021-05-02T00:00:00+08:00", 480),
        ("2021-05-01T00:00:00+14:00", "2021-04-30T18:00:00+08:00", 840),
    ];
    for (text, instant, offset) in good {
        let moment = Moment::from_cap(text).unwrap();
        assert_eq!((moment.at(), moment.offset()), (at(instant), offset), "{text}");
    }
    for text in [
        "",
        "2012-05-02T23:21:04Z",
        "2012-05-02T23:21:04",
        "2012-05-02T23:21-00:00",
        "2012-05-02T23:21:04.5+08:00",
        "2012-05-02 23:21:04+08:00",
        "2012-05-02T23:21:04,08:00",
        "2012-05-02T23:21:04 08:00",
        "2012-02-30T23:21:04+08:00",
        "2012-05-02T24:00:01+08:00",
        "2012-05-02T23:60:00+08:00",
        "2012-05-02T23:21:60+08:00",
        "2012-05-02T23:21:04+14:01",
        "2012-05-02T23:21:04+08:60",
        "0000-05-02T23:21:04+08:00",
        "12012-05-02T23:21:04+08:00",
        "2012-05-02T23:21:04+预",
        "预",
    ] {
        assert_eq!(Moment::from_cap(text), None, "{text}");
    }
    assert_eq!(Moment::new(at("2021-05-01 08:30"), 0).unwrap().to_cap(), "2021-05-01T00:30:00-00:00");
    assert_eq!(Moment::shanghai(at("2021-05-01 08:30")).unwrap().to_cap(), "2021-05-01T08:30:00+08:00");
}

#[test]
fn the_w3c_form_may_leave_out_seconds_but_not_the_zone() {
    for text in [
        "1994-11-05T08:15:30-05:00",
        "1994-11-05T13:15:30Z",
        "1994-11-05T13:15:30.999Z",
        "1994-11-05T21:15:30+08:00",
        "1994-11-05T21:15:30 08:00",
    ] {
        assert_eq!(Moment::from_w3c(text).unwrap().at(), at("1994-11-05T21:15:30+08:00"), "{text}");
    }
    assert_eq!(Moment::from_w3c("1994-11-05T08:15-05:00").unwrap().at(), at("1994-11-05 21:15"));
    for text in
        ["1994-11-05", "1994-11-05T13:15:30", "1994-11-05T13:15:30.Z", "1994-11-05T13:15.5Z", "now", "Z"]
    {
        assert_eq!(Moment::from_w3c(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn a_moment_comes_back(moment in moment()) {
        prop_assert_eq!(Moment::from_cap(&moment.to_cap()), Some(moment));
        prop_assert_eq!(Moment::from_cap(&moment.to_string()), Some(moment));
        prop_assert_eq!(Moment::from_w3c(&moment.to_string()), Some(moment));
    }

    #[test]
    fn text_never_panics(text in ".{0,30}") {
        let _ = (Moment::from_cap(&text), Moment::from_w3c(&text));
    }
}
