//! How often a stranger may come.

use axum::http::StatusCode;
use yipan_base::time::{MINUTE, SECOND};

use crate::support::{each_house, form, usual};

#[tokio::test]
async fn ten_submissions_a_minute_and_no_more_from_one_address() {
    each_house(|bench| async move {
        let send = |from: &'static str| bench.file().from(from).send(form(&usual()));
        for _ in 0..10 {
            assert_eq!(send("192.0.2.1").await.status, StatusCode::CREATED);
        }
        bench.later(20 * SECOND);
        let refused = send("192.0.2.1").await;
        assert_eq!(refused.header("retry-after"), "40");
        assert_eq!(refused.error(), (429, "此地址请求过多，请 40 秒后再试".to_owned()));
        let xml = bench.file().to("/open311/v2/requests.xml").send(form(&usual())).await;
        assert_eq!(xml.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(xml.text.contains("<errors>") && xml.text.contains("<code>429</code>"), "{}", xml.text);
        assert_eq!(send("198.51.100.7").await.status, StatusCode::CREATED, "somebody else");
        bench.later(40 * SECOND);
        assert_eq!(send("192.0.2.1").await.status, StatusCode::CREATED);
    })
    .await;
}

#[tokio::test]
async fn codes_cannot_be_tried_without_end() {
    each_house(|bench| async move {
        let (number, code) = bench.filed().await;
        for _ in 0..120 {
            assert_eq!(bench.follow(&number, "00000-00000").await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(bench.follow(&number, &code).await.status, StatusCode::TOO_MANY_REQUESTS);
        let path = format!("/open311/v2/requests/{number}.json");
        assert_eq!(bench.get(&path).await.header("retry-after"), "60");
        assert_eq!(bench.get("/open311/v2/services.json").await.status, StatusCode::OK, "not looked up");
        bench.later(MINUTE);
        assert_eq!(bench.follow(&number, &code).await.status, StatusCode::OK);
    })
    .await;
}
