use std::collections::BTreeSet;

use super::super::form;

#[test]
fn the_shipped_form_is_sound() {
    let form = form();
    let codes: BTreeSet<_> = form.fields.iter().map(|field| field.code.as_str()).collect();
    assert_eq!(codes.len(), form.fields.len(), "no code stands twice");
    for field in &form.fields {
        assert!(field.scale >= 1 && !field.zh.is_empty() && !field.en.is_empty(), "{}", field.code);
    }
    for check in &form.checks {
        assert!(!check.parts.is_empty());
        for code in check.parts.iter().chain([&check.within]) {
            assert!(codes.contains(code.as_str()), "{code}");
        }
    }
}
