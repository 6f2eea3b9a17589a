//! Keys of centres and of the house.

use yipan_offline::{HouseKey, Passphrase, SystemRandom, centres};

use crate::support::{base64, code, each_house};

#[tokio::test]
async fn a_key_is_registered_by_administrators_and_replaced_on_purpose_only() {
    each_house(|bench| async move {
        let (rng, admin) = (SystemRandom::new(), bench.viewer("city.system"));
        let first = bench.key("rudong").await;
        let register = |who: &str, centre: &'static str, public: String, replace| {
            let (house, rng, who) = (bench.house.clone(), rng.clone(), bench.viewer(who));
            async move { centres::register(&house, &who, centre, &public, replace, &rng).await }
        };
        let other = bench.key("haimen").await.public;
        let public = || other.clone();
        assert_eq!(code(register("city.dispatcher", "rudong", public(), false).await), "offline.right");
        assert_eq!(code(register("city.system", "nowhere", public(), false).await), "offline.centre");
        assert_eq!(code(register("city.system", "rudong", public(), false).await), "offline.registered");
        let off_curve = base64(&[[4_u8].as_slice(), &[7; 64]].concat());
        for bad in [String::new(), "!".to_owned(), base64(&[4; 64]), off_curve] {
            assert_eq!(code(register("city.system", "rudong", bad, true).await), "offline.key");
        }
        let same = centres::register(&bench.house, &admin, "rudong.centre", &first.public, false, &rng);
        assert_eq!(same.await.unwrap().key, first.key);
        assert_ne!(register("city.security", "rudong", public(), true).await.unwrap().key, first.key);
        let centres = centres::registered(&bench.house).await.unwrap();
        let centres: Vec<_> = centres.iter().map(|c| (c.centre.as_str(), c.public.as_str())).collect();
        assert_eq!(centres, [("haimen", other.as_str()), ("rudong", &other)]);
    })
    .await;
}

#[tokio::test]
async fn the_house_keeps_one_key_and_no_private_half_in_the_clear() {
    each_house(|bench| async move {
        let rng = SystemRandom::new();
        let key = HouseKey::of(&bench.house, &rng).await.unwrap();
        let again = HouseKey::of(&bench.house, &rng).await.unwrap();
        assert_eq!(key.public(), again.public());
        let dump = bench.everything().await;
        assert!(dump.contains("offline.house_key"));
        // PKCS #8 of a P-256 key begins so, in Base64.
        assert!(!dump.contains("MIGHAgEAMBMGByqGSM49"));
    })
    .await;
}

#[test]
fn a_passphrase_is_long_and_can_be_typed_anywhere() {
    for bad in ["", "eleven char", "口令口令口令口令口令口令", "tab\tin the middle"] {
        assert_eq!(code(Passphrase::new(bad).map(drop)), "offline.passphrase", "{bad}");
    }
    assert!(Passphrase::new("twelve chars").is_ok());
}
