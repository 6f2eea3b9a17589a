//! What is written is read as it was.

use proptest::prelude::*;
use yipan_wire::cap::{self, Version};

use super::support::alert;

proptest! {
    #[test]
    fn an_alert_comes_back(alert in alert()) {
        let bytes = cap::write(&alert).unwrap();
        let message = cap::read(&bytes).unwrap();
        prop_assert_eq!((message.version, message.signatures), (Version::V1_2, 0));
        prop_assert_eq!(&message.alert, &alert);
        prop_assert_eq!(cap::write(&message.alert).unwrap(), bytes);
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = cap::read(&bytes);
        let mut led = b"<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">".to_vec();
        led.extend(bytes);
        prop_assert!(cap::read(&led).is_err());
    }
}
