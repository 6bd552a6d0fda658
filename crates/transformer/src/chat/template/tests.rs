use std::error::Error as _;

use proptest::prelude::*;

use super::*;

fn chat() -> [Message; 2] {
    [
        Message::new("system", " be brief "),
        Message::new("user", "hi <b>"),
    ]
}

fn rendered(source: &str) -> Result<String, String> {
    let special = SpecialTokens {
        eos: Some("<|im_end|>".to_owned()),
        ..SpecialTokens::default()
    };
    let render = |template: ChatTemplate| template.render(&chat(), true, &special);
    ChatTemplate::new(source)
        .and_then(render)
        .map_err(|error| format!("{error}: {}", error.source().unwrap()))
}

#[test]
fn the_default_is_chatml() {
    let expected = "<|im_start|>system\n be brief <|im_end|>\n\
                    <|im_start|>user\nhi <b><|im_end|>\n<|im_start|>assistant\n";
    assert_eq!(
        rendered(ChatTemplate::default().source()).unwrap(),
        expected
    );
}

#[test]
fn templates_mean_what_they_mean_to_jinja2_in_python() {
    // Each expectation was made with transformers' own environment.
    let cases = [
        ("{% if true %}\n  a\n  {% endif %}\nb", "  a\nb"),
        ("{{ messages[0]['content'].strip() }}", "be brief"),
        ("{{ messages[0].role.startswith('sys') }}", "True"),
        ("{{ messages[::-1][0]['role'] }}", "user"),
        ("{{ messages[-1].content.split(' ')[-1] }}", "<b>"),
        (
            "{{ messages[1] | tojson }}",
            r#"{"role": "user", "content": "hi <b>"}"#,
        ),
        ("{{ [1, 'é'] | tojson }}", r#"[1, "é"]"#),
        (
            "{%- set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + loop.index0 %}{% endfor %}{{ ns.n }}",
            "1",
        ),
        (
            "{% for m in messages %}{% if loop.last %}{% break %}{% endif %}{{ m.role }}{% endfor %}",
            "system",
        ),
        ("{{ bos_token }}|{{ eos_token }}", "|<|im_end|>"),
        ("{% if tools %}t{% else %}n{% endif %}", "n"),
        ("{% if tools is defined %}t{% else %}n{% endif %}", "n"),
        ("{% macro f(x) %}<{{ x }}>{% endmacro %}{{ f(1) }}", "<1>"),
    ];
    for (source, expected) in cases {
        assert_eq!(rendered(source), Ok(expected.to_owned()), "{source}");
    }
}

#[test]
fn a_template_can_refuse_a_chat() {
    let error = rendered("{{ raise_exception('roles must alternate') }}").unwrap_err();
    assert!(error.contains("roles must alternate"), "{error}");
}

#[test]
fn hostile_templates_end_soon_and_small() {
    let long = "x".repeat(300 << 10);
    let nested = "{% if true %}".repeat(20_000);
    let brackets = format!("{{{{ {} }}}}", "(".repeat(20_000));
    let cases = [
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
        "{{ 'a' * 100000000000 }}",
        "{{ ('a' * 1000000) * 1000000 }}",
        "{{ range(100000000000) | list }}",
        "{{ 'x' | indent(10000000000) }}",
        "{{ 'a'.replace('', 'b' * 1000000) * 10000 }}",
        "{{ messages[0].content.nothing() }}",
        "{% include 'config.json' %}",
        "{% endfor %}",
        "{{ 1 // 0 }}",
        &long,
        &nested,
        &brackets,
    ];
    for source in cases {
        let shown = &source[..source.len().min(80)];
        assert!(rendered(source).is_err(), "{shown}");
    }
}

proptest! {
    #[test]
    fn no_template_makes_it_panic(parts in prop::collection::vec(0..16_usize, 0..12)) {
        const PARTS: [&str; 16] = [
            "{{", "}}", "{%", "%}", " for m in messages ", " if ", " endif ", " endfor ", "m.role",
            "'x'", "|", "~", "[-1]", "(", ")", " set x = ",
        ];
        let source: String = parts.into_iter().map(|it| PARTS[it]).collect();
        let _ = rendered(&source);
    }
}
