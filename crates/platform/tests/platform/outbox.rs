//! The outbox: at least once, in the order of a case, and nothing lost when the other side is away.

use std::sync::Mutex;

use serde_json::json;
use yipan_base::time::{HOUR, MINUTE, SECOND};
use yipan_platform::outbox::{Delivered, Deliverer, Delivery, FileDrop, Message, NotDelivered, OutboxRun};

use crate::support::{Bench, complaint, each_house, whole_way};

/// A channel that says what it is told to say, and remembers what it was given.
struct Line {
    answer: Mutex<Result<Delivered, NotDelivered>>,
    given: Mutex<Vec<String>>,
}

impl Line {
    fn new(answer: Result<Delivered, NotDelivered>) -> Self {
        Self { answer: Mutex::new(answer), given: Mutex::default() }
    }

    fn given(&self) -> Vec<String> {
        std::mem::take(&mut self.given.lock().expect("a lock"))
    }

    fn answers(&self, answer: Result<Delivered, NotDelivered>) {
        *self.answer.lock().expect("a lock") = answer;
    }
}

impl Deliverer for Line {
    fn deliver<'a>(&'a self, message: &'a Message) -> Delivery<'a> {
        self.given.lock().expect("a lock").push(message.id.clone());
        let answer = self.answer.lock().expect("a lock").clone();
        Box::pin(async move { answer })
    }
}

fn away() -> Result<Delivered, NotDelivered> {
    Err(NotDelivered("nobody answers".to_owned()))
}

/// A province's order, on its way through the house: dispatched, replied, closed.
async fn outer_case(bench: &Bench, order: &str) -> String {
    let mut appeal = complaint();
    appeal["outer"] = json!({"owner":"省平台","number":order});
    let number = bench.accept("city.calltaker1", appeal).await.expect("accepted").number;
    bench.walk(&number, &whole_way()[..1]).await;
    bench.later(MINUTE);
    bench.walk(&number, &whole_way()[1..7]).await;
    number
}

#[tokio::test]
async fn messages_arrive_in_order_and_as_files_that_nobody_sees_half() {
    each_house(|bench| async move {
        let number = outer_case(&bench, "JS-1").await;
        let folder = tempfile::tempdir().expect("a folder");
        let drop = FileDrop { dir: folder.path().join("out") };
        // Killed after the file was written and before the mark: the same file, once.
        let line = Line::new(away());
        bench.house.run_outbox(&line).await.expect("read");
        let first = line.given();
        bench.later(MINUTE);
        let run = bench.house.run_outbox(&drop).await.expect("delivered");
        assert_eq!(run, OutboxRun { acknowledged: 2, ..OutboxRun::default() });
        assert_eq!(bench.house.run_outbox(&drop).await.expect("nothing left"), OutboxRun::default());
        let mut files: Vec<_> =
            std::fs::read_dir(&drop.dir).expect("files").map(|f| f.expect("a file").path()).collect();
        files.sort();
        assert_eq!(files.len(), 2);
        let read = |path| -> serde_json::Value {
            serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
        };
        let told = read(&files[0]);
        assert_eq!(told["id"], json!(first[0]));
        assert_eq!(
            (&told["topic"], &told["body"]["event"]),
            (&json!("outer.progress"), &json!("dispatched"))
        );
        assert_eq!(told["body"]["case"], json!(number));
        let again = Message {
            id: first[0].clone(),
            at: told["at"].as_str().expect("a time").parse().expect("a time"),
            topic: "outer.progress".to_owned(),
            case: None,
            body: json!({}),
        };
        assert_eq!(drop.deliver(&again).await, Ok(Delivered::Acknowledged));
        assert_eq!(read(&files[0]), told);
    })
    .await;
}

#[tokio::test]
async fn who_is_away_is_tried_again_ever_more_rarely_until_a_person_looks() {
    each_house(|bench| async move {
        outer_case(&bench, "JS-2").await;
        outer_case(&bench, "JS-3").await;
        let line = Line::new(away());
        let run = bench.house.run_outbox(&line).await.expect("tried");
        // The second message of each case waits for its first.
        assert_eq!(run, OutboxRun { postponed: 2, ..OutboxRun::default() });
        let first = line.given();
        assert_eq!(bench.house.run_outbox(&line).await.expect("too early"), OutboxRun::default());
        bench.later(30 * SECOND);
        assert_eq!(bench.house.run_outbox(&line).await.expect("tried").postponed, 2);
        bench.later(59 * SECOND);
        assert_eq!(bench.house.run_outbox(&line).await.expect("too early").postponed, 0);
        let mut tries = 2;
        while bench
            .house
            .stuck_messages(0)
            .await
            .expect("read")
            .iter()
            .any(|m| m.state == "ready" && m.attempts > 0)
        {
            bench.later(HOUR);
            let run = bench.house.run_outbox(&line).await.expect("tried");
            tries += 1;
            assert!(tries <= 12 && run.postponed + run.failed == 2, "{run:?}");
        }
        assert_eq!(tries, 12);
        let stuck = bench.house.stuck_messages(HOUR).await.expect("read");
        let failed: Vec<_> = stuck.iter().filter(|m| m.state == "failed").collect();
        assert_eq!(failed.len(), 2);
        assert!(failed.iter().all(|m| m.error.as_deref() == Some("nobody answers") && first.contains(&m.id)));

        let refusal = bench.house.retry_message(&bench.viewer("city.calltaker1"), &first[0]).await;
        assert_eq!(refusal.expect_err("no").code, "outbox.retry");
        line.given();
        line.answers(Ok(Delivered::Sent));
        bench.house.retry_message(&bench.viewer("city.shiftleader"), &first[0]).await.expect("again");
        let run = bench.house.run_outbox(&line).await.expect("sent");
        assert!(run.sent >= 1 && line.given().contains(&first[0]));
        bench.house.acknowledge_message(&first[0]).await.expect("acknowledged");
        bench.house.acknowledge_message(&first[0]).await.expect("twice");
        assert!(bench.house.stuck_messages(0).await.expect("read").iter().all(|m| m.id != first[0]));
        assert_eq!(bench.house.acknowledge_message("no/1").await.expect_err("none").code, "outbox.unknown");
    })
    .await;
}
