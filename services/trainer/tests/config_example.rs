//! The example of a configuration.

use serde_json::{Value, to_value};
use synthsmith_daemon::Settings;
use synthsmith_trainer::{Component, Config};

const EXAMPLE: &str = include_str!("../config.example.toml");

#[test]
fn the_example_shows_the_defaults() {
    let shown: Config = example().section("trainer").unwrap();
    assert_eq!(
        to_value(shown).unwrap(),
        to_value(Config::default()).unwrap()
    );
}

#[test]
fn the_example_shows_every_key() {
    let Value::Object(keys) = to_value(Config::default()).unwrap() else {
        panic!("a configuration is a table");
    };
    let tables = keys.values().filter_map(Value::as_object);
    let inner = tables.flat_map(|table| table.keys());
    for key in keys.keys().chain(inner) {
        let is_shown = |line: &str| line.starts_with(&format!("{key} = "));
        let is_table = |line: &str| line == format!("[trainer.{key}]");
        assert!(
            EXAMPLE.lines().any(|line| is_shown(line) || is_table(line)),
            "{key}"
        );
    }
}

#[test]
fn the_example_shows_the_port() {
    use synthsmith_daemon::Component as _;
    let server = example().server(Component::NAME, 1).unwrap();
    assert_eq!(server.listen.port(), Component::DEFAULT_PORT);
}

fn example() -> Settings {
    Settings::from_toml(EXAMPLE).expect("the example is a configuration")
}
