//! The public page: one document, its style and its script, from this house alone.

use axum::http::StatusCode;

use crate::support::each_house;

#[tokio::test]
async fn the_page_is_this_houses_own_and_keeps_its_policy() {
    each_house(|bench| async move {
        let page = bench.get_in("zh-CN,en;q=0.5", "/report").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.text.contains("<html lang=\"zh-CN\">") && page.text.contains("南通市"));
        let english = bench.get_in("en", "/report/").await;
        assert!(english.text.contains("<html lang=\"en\">"));
        assert!(bench.get_in("zh", "/report?lang=en").await.text.contains("<html lang=\"en\">"));
        let style = bench.get("/report/style.css").await;
        let script = bench.get("/report/script.js").await;
        assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        // The policy forbids what stands inside the document; nothing is asked of another machine.
        for forbidden in
            ["<style", " style=", " onclick", " onsubmit", "<script>", "//", "{city}", "{language}"]
        {
            assert!(!page.text.contains(forbidden), "{forbidden}");
        }
        for part in [&style.text, &script.text] {
            assert!(!part.contains("http:") && !part.contains("https:") && !part.contains("@import"));
        }
        assert!(!script.text.contains("innerHTML") && !script.text.contains("eval("));
    })
    .await;
}

#[tokio::test]
async fn every_field_of_the_page_has_a_label_and_every_id_of_the_script_a_place() {
    each_house(|bench| async move {
        let page = bench.get("/report").await.text;
        let between = |text: &str, before: &str, after: &str| -> Vec<String> {
            text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0.to_owned())).collect()
        };
        for tag in ["<input id=\"", "<select id=\"", "<textarea id=\""] {
            for id in between(&page, tag, "\"") {
                assert!(page.contains(&format!("<label for=\"{id}\">")), "{id} has no label");
            }
        }
        let script = bench.get("/report/script.js").await.text;
        let ids = between(&script, "at('", "')");
        assert!(ids.len() > 20);
        for id in ids {
            assert!(page.contains(&format!("id=\"{id}\"")), "{id} is nowhere on the page");
        }
    })
    .await;
}
