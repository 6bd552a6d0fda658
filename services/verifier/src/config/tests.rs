use synthsmith_daemon::Settings;

use super::*;

#[test]
fn the_default_is_valid() {
    assert_eq!(Config::default().validate(), Ok(()));
}

#[test]
fn refuses_nonsense_and_names_the_key() {
    let nameless = Language {
        file_name: String::new(),
        ..Language::python3()
    };
    let nonsense = [
        (
            Config {
                slots: 0,
                ..Config::default()
            },
            "slots",
        ),
        (
            Config {
                default_cpu_ms: 0,
                ..Config::default()
            },
            "default_cpu_ms",
        ),
        (
            Config {
                max_wall_ms: 1,
                ..Config::default()
            },
            "max_wall_ms",
        ),
        (
            Config {
                max_inputs: 10_001,
                ..Config::default()
            },
            "max_inputs",
        ),
        (
            Config {
                max_turn_seconds: 0,
                ..Config::default()
            },
            "max_turn_seconds",
        ),
        (
            Config {
                max_input_bytes: 1 << 40,
                ..Config::default()
            },
            "max_input_bytes",
        ),
        (
            Config {
                max_queued_bytes: 1,
                ..Config::default()
            },
            "max_queued_bytes",
        ),
        (
            Config {
                max_kept_bytes: 1,
                ..Config::default()
            },
            "max_kept_bytes",
        ),
        (
            Config {
                http_max_body_bytes: 1,
                ..Config::default()
            },
            "http_max_body_bytes",
        ),
        (
            Config {
                languages: BTreeMap::new(),
                ..Config::default()
            },
            "languages",
        ),
        (
            Config {
                languages: [("py".to_owned(), nameless)].into(),
                ..Config::default()
            },
            "languages.py",
        ),
    ];
    for (config, key) in nonsense {
        let problem = config.validate().unwrap_err();
        assert!(problem.starts_with(key), "{problem}");
    }
}

#[test]
fn the_example_shows_the_defaults() {
    let settings = Settings::from_toml(include_str!("../../config.example.toml")).unwrap();
    let shown = settings.section::<Config>("verifier").unwrap();
    // How many cores there are differs from machine to machine.
    let cores = Config {
        slots: shown.slots,
        pool_size: shown.pool_size,
        ..Config::default()
    };
    assert_eq!(shown, cores);
}
