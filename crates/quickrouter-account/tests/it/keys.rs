//! Keys in files and in the store, and the origin they belong to.

use quickrouter_account::{
    AccountError, Config, Key, KeyPlace, KeySource, KeyStore, Origin, Profile,
};
use tempfile::TempDir;

const KEY: &str = "qr-0123456789abcdef";
const BASE: &str = "https://gateway.example/replicate";

fn profile(base_url: &str, key: KeySource) -> Profile {
    let mut profile = Profile::new("work", base_url);
    profile.key = key;
    profile
}

async fn found(profile: &Profile, store: &KeyStore) -> Result<Option<Key>, AccountError> {
    profile.key_for(&profile.base_url, store).await
}

fn store(folder: &TempDir) -> KeyStore {
    KeyStore::in_folder(folder.path().join("quickrouter/keys"))
}

#[tokio::test]
async fn a_stored_key_is_found_replaced_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (store, profile) = (store(&folder), profile(BASE, KeySource::Login));
    assert!(found(&profile, &store).await.unwrap().is_none());
    assert!(!store.delete("work").unwrap());
    for key in ["qr-another-one", KEY] {
        store.save(&profile, &format!(" {key}\n")).unwrap();
        let stored = found(&profile, &store).await.unwrap().unwrap();
        assert_eq!(stored.expose(), key);
        assert_eq!(stored.place(), &KeyPlace::Stored(store.path("work").unwrap()));
    }
    let files = std::fs::read_dir(store.path("work").unwrap().parent().unwrap()).unwrap();
    assert_eq!(files.count(), 1, "nothing is left beside it");
    assert!(store.delete("work").unwrap());
    assert!(found(&profile, &store).await.unwrap().is_none());
}

#[tokio::test]
async fn a_key_is_given_to_its_own_origin_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let file = folder.path().join("key");
    std::fs::write(&file, KEY).unwrap();
    let login = profile(BASE, KeySource::Login);
    store.save(&login, KEY).unwrap();
    for profile in [login, profile(BASE, KeySource::File(file))] {
        for same in [BASE, "https://GATEWAY.example:443", "https://gateway.example/other/"] {
            assert!(profile.key_for(same, &store).await.unwrap().is_some(), "{same}");
        }
        for other in [
            "http://gateway.example/replicate",
            "https://gateway.example:8443/replicate",
            "https://gateway.example.evil/replicate",
            "https://gateway.example./replicate",
        ] {
            match profile.key_for(other, &store).await.unwrap_err() {
                AccountError::KeyOfAnotherOrigin { key_origin, base_url_origin, .. } => {
                    assert_eq!(key_origin, "https://gateway.example");
                    assert_eq!(base_url_origin, Origin::of(other).unwrap().as_str());
                }
                error => panic!("{error}"),
            }
        }
        let error = profile.key_for("https://user:pw@gateway.example", &store).await.unwrap_err();
        assert_eq!(error.code(), "base-url-invalid");
        assert!(!error.to_string().contains("pw"), "{error}");
    }
}

#[tokio::test]
async fn a_stored_key_does_not_follow_its_profile_to_another_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    store.save(&profile(BASE, KeySource::Login), KEY).unwrap();
    let moved = profile("https://other.example/replicate", KeySource::Login);
    let error = found(&moved, &store).await.unwrap_err();
    assert_eq!(error.code(), "key-of-another-origin");
}

#[tokio::test]
async fn a_key_is_in_no_debug_output_and_in_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let (store, profile) = (store(&folder), profile(BASE, KeySource::Login));
    store.save(&profile, KEY).unwrap();
    let key = found(&profile, &store).await.unwrap().unwrap();
    assert!(!format!("{key:?} {store:?} {profile:?}").contains("0123456789"));

    let path = store.path("work").unwrap();
    for damaged in [format!("\"{KEY}\""), format!("{{\"origin\": \"{KEY}\", \"key\": 1}}")] {
        std::fs::write(&path, damaged).unwrap();
        let error = found(&profile, &store).await.unwrap_err();
        assert!(error.to_string().ends_with("is damaged; log in again"), "{error}");
        assert!(!format!("{error:?}").contains("0123456789"), "{error:?}");
    }
    for wrong in ["", "Bearer 0123456789abcdef", "a 0123456789abcdef", "\"0123456789abcdef\""] {
        let error = store.save(&profile, wrong).unwrap_err();
        assert_eq!(error.code(), "key-invalid");
        assert!(!format!("{error} {error:?}").contains("0123456789"), "{error}");
    }
}

#[test]
fn a_profiles_name_cannot_lead_out_of_the_store() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "../x", "a/b", "A", "a.b", &"a".repeat(41)] {
        let error = store(&folder).save(&Profile::new(name, BASE), KEY).unwrap_err();
        assert_eq!(error.code(), "profile-name-invalid", "{name}");
        assert_eq!(store(&folder).delete(name).unwrap_err().code(), "profile-name-invalid");
    }
}

#[tokio::test]
async fn a_key_file_that_is_missing_a_folder_or_too_large_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large");
    std::fs::write(&large, "a".repeat(5000)).unwrap();
    let cases = [
        (folder.path().join("none"), "there is no such file"),
        (folder.path().to_owned(), "it is a folder"),
        (large, "more than the 4096 allowed"),
    ];
    for (path, why) in cases {
        let profile = profile(BASE, KeySource::File(path.clone()));
        let error = found(&profile, &store(&folder)).await.unwrap_err();
        assert_eq!(error.code(), "key-file-unreadable");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[tokio::test]
async fn without_a_folder_nothing_is_stored_and_nothing_found() {
    let config = Config::parse("", "").unwrap();
    let profile = config.profile(None).unwrap();
    let store = config.key_store();
    assert!(found(profile, &store).await.unwrap().is_none());
    assert_eq!(store.save(profile, KEY).unwrap_err().code(), "no-config-folder");
    assert!(!store.delete(&profile.name).unwrap());
}

#[cfg(unix)]
#[tokio::test]
async fn stored_keys_are_their_owners_and_exposed_ones_refused() {
    use std::os::unix::fs::PermissionsExt;
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let set = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let folder = tempfile::tempdir().unwrap();
    let (store, profile) = (store(&folder), profile(BASE, KeySource::Login));
    store.save(&profile, KEY).unwrap();
    let path = store.path("work").unwrap();
    let keys = path.parent().unwrap();
    assert_eq!((mode(keys), mode(keys.parent().unwrap()), mode(&path)), (0o700, 0o700, 0o600));

    set(&path, 0o640);
    let error = found(&profile, &store).await.unwrap_err();
    assert_eq!(error.code(), "key-file-exposed");
    assert!(error.to_string().contains(&format!("chmod 600 {}", path.display())), "{error}");
    set(&path, 0o600);
    set(keys, 0o770);
    let error = found(&profile, &store).await.unwrap_err();
    assert!(error.to_string().contains(&format!("chmod 700 {}", keys.display())), "{error}");
    store.save(&profile, KEY).unwrap();
    assert_eq!(mode(keys), 0o700, "storing a key closes its folder");
    assert!(found(&profile, &store).await.unwrap().is_some());
}
