//! Backups: whatever is broken in one is found before anything is kept of it.

use yipan_fuzz::Target;
use yipan_simulation::city::Template;
use yipan_store::{Store, StoreOptions, dump, restore};

use crate::says;

#[test]
fn a_backup_is_restored_whole_or_not_at_all() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let whole = runtime.block_on(async {
        let template = Template::make().await.unwrap();
        std::fs::write(folder.path().join("city.db"), &template.database).unwrap();
        let store = Store::open(&url("city.db"), StoreOptions::default()).await.unwrap();
        let mut bytes = Vec::new();
        dump(&store, &mut bytes).await.unwrap();
        store.close().await;
        bytes
    });
    // A restoring that is refused leaves the store empty: one is enough for all.
    let store = runtime.block_on(Store::open(&url("empty.db"), StoreOptions::default())).unwrap();
    let words = ["\"rows\":0", "\"table\":\"audit\"", "\"sha256\":\"\"", "{\"format\":"];
    let seed = whole[..whole.len().min(6_000)].to_vec();
    Target { name: "backup", inputs: 1_000, words: &words }.fuzz(vec![seed], |input| {
        runtime.block_on(async {
            says(&restore(input, &store).await.expect_err("it is not whole"));
            let left = store.house("SELECT id FROM area LIMIT 1", &[]).await.unwrap();
            assert!(left.is_empty(), "something of it was kept");
        });
    });
    runtime.block_on(async {
        restore(whole.as_slice(), &store).await.expect("what is whole is restored");
        store.close().await;
    });
}
