//! A case's answers in words, for a person at a terminal.

use serde_json::Value;

use crate::chinese;

/// What came of a command: `320600-… → dispatched, version 4: dispatched`.
pub fn outcome(answer: &Value) -> String {
    let events: Vec<&str> =
        answer["events"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let events = if events.is_empty() { String::new() } else { format!(": {}", events.join(", ")) };
    let again = match answer["repeated"].as_bool() {
        Some(true) => pick(" (answered before, nothing was done again)", "（已办过，未重复办理）"),
        _ => "",
    };
    format!(
        "{} → {}, {} {}{events}{again}",
        word(answer, "number"),
        word(answer, "stage"),
        pick("version", "版本"),
        answer["version"]
    )
}

/// One case: what it is, what was said, who holds it, and what may be done next.
pub fn case(case: &Value) -> String {
    let mut out = vec![
        format!(
            "{}  {}  {}",
            word(case, "number"),
            word(case, "stage"),
            case["outcome"].as_str().unwrap_or_default()
        ),
        format!(
            "{} · {} · {} · {} · {}",
            word(case, "kind"),
            word(case, "category"),
            word(&case["intake"], "channel"),
            word(case, "level"),
            case["place"]["area"].as_str().unwrap_or(pick("unlocated", "未定位"))
        ),
        format!("{} {}", pick("received", "来件"), word(&case["intake"], "received_at")),
    ];
    out.extend(late(&case["intake"]));
    if let Some(outer) = case["outer"].as_object() {
        let outer = Value::Object(outer.clone());
        let due = outer["deadline"]
            .as_str()
            .map_or(String::new(), |due| format!(", {} {due}", pick("due", "时限")));
        let kept = match outer["returnable"].as_bool() {
            Some(false) => pick(", not to be returned", "，不得退单"),
            _ => "",
        };
        out.push(format!(
            "{} {} {}{due}{kept}",
            pick("outer order", "外部工单"),
            word(&outer, "owner"),
            word(&outer, "number")
        ));
    }
    if let Some(person) = case["person"].as_object() {
        let said: Vec<&str> = person.values().filter_map(Value::as_str).collect();
        out.push(format!("{} {}", pick("person", "诉求人"), said.join(" ")));
    }
    for text in list(&case["texts"]) {
        let said = text["text"].as_str().unwrap_or(pick("(not for you, or erased)", "（无权查看或已删除）"));
        let masked = match text["masked"].as_bool() {
            Some(true) => {
                pick(" (numbers masked: `yipan case reveal`)", "（号码已脱敏，用 yipan case reveal 查看）")
            }
            _ => "",
        };
        out.push(format!("[{}] {said}{masked}", word(text, "kind")));
    }
    for holding in list(&case["holdings"]) {
        out.push(format!(
            "{} {}: {} ({}), {}{}",
            pick("holding", "承办"),
            holding["no"].as_i64().unwrap_or_default(),
            word(holding, "unit"),
            word(holding, "role"),
            word(holding, "standing"),
            holding["handle"]["due"]
                .as_str()
                .map_or(String::new(), |due| format!(", {} {due}", pick("due", "办结时限")))
        ));
    }
    let (allowed, refused): (Vec<_>, Vec<_>) = list(&case["moves"]).partition(|one| one["allowed"] == true);
    out.push(pick("You may now:", "您现在可以：").to_owned());
    out.extend(allowed.iter().map(|one| format!("  {}  {}", word(one, "command"), named(one))));
    if allowed.is_empty() {
        out.push(pick("  nothing", "  无").to_owned());
    }
    out.push(pick("You may not:", "您现在不可以：").to_owned());
    let reason = |one: &Value| word(&one["refusal"], if chinese() { "zh" } else { "en" }).to_owned();
    out.extend(refused.iter().map(|one| format!("  {}: {}", word(one, "command"), reason(one))));
    out.join("\n")
}

/// That a matter was taken on paper, and when it was entered: `late entry 2021-05-18T11:00:00+08:00, form …`.
pub fn late(intake: &Value) -> Option<String> {
    let late = intake["late"].as_object().map(|_| &intake["late"])?;
    let [form, at] = ["form", "entered_at"].map(|name| word(late, name));
    Some(format!("{} {at}{}{form}", pick("late entry", "补录"), pick(", form ", "，")))
}

/// Whom the rules would give a case to, and why.
pub fn suggestion(suggestion: &Value) -> String {
    let mut out = Vec::new();
    match suggestion["main"].as_str() {
        Some(main) => out.push(format!("{} {main}", pick("main:", "主办："))),
        None => out.push(
            pick("no rule names a unit: decide by hand", "没有规则给出主办单位，请人工判断").to_owned(),
        ),
    }
    for (name, zh) in [("assistants", "协办："), ("copies", "抄送：")] {
        let units: Vec<&str> = list(&suggestion[name]).filter_map(Value::as_str).collect();
        if !units.is_empty() {
            out.push(format!("{} {}", pick(&format!("{name}:"), zh), units.join(", ")));
        }
    }
    if suggestion["hold"] == true {
        out.push(
            pick(
                "a safety word stands in the text: a person must look first",
                "文中有安全词，须先由人工研判",
            )
            .to_owned(),
        );
    }
    let sentence = if chinese() { "zh" } else { "en" };
    for name in ["because", "precedents", "warnings"] {
        out.extend(list(&suggestion[name]).map(|one| match one[sentence].as_str() {
            Some(said) => format!("  {said}"),
            None => format!("  {one}"),
        }));
    }
    out.join("\n")
}

/// A person in the clear.
pub fn person(person: &Value) -> String {
    let fields = person.as_object().into_iter().flatten();
    let lines = fields.filter_map(|(name, value)| Some(format!("{name}: {}", value.as_str()?)));
    let texts = list(&person["texts"]).map(|text| format!("[{}] {}", word(text, "kind"), word(text, "text")));
    lines.chain(texts).collect::<Vec<_>>().join("\n")
}

/// A line of a list of cases.
pub fn line(line: &Value) -> String {
    let [number, stage, kind, unit, due] =
        ["number", "stage", "kind", "main_unit", "due_at"].map(|name| word(line, name));
    format!("{number}  {stage:<12} {kind:<12} {unit:<32} {due}")
}

pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or("-")
}

fn named(one: &Value) -> &str {
    if chinese() { word(one, "zh") } else { "" }
}

fn pick<'a>(english: &'a str, zh: &'a str) -> &'a str {
    if chinese() { zh } else { english }
}
