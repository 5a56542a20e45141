//! The commands of both READMEs, run as they stand there.

use std::path::Path;

use super::command::Stage;

/// The lines of a README's `sh` blocks.
fn commands(readme: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(readme);
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("```sh\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned());
    blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Runs every command of a README against an emulator, and returns the words that make pictures.
async fn run(readme: &str) -> Vec<Vec<String>> {
    let stage = Stage::new().await;
    let mut made = Vec::new();
    for line in commands(readme) {
        let words = shlex::split(&line).unwrap();
        let parts: Vec<_> = words.iter().map(String::as_str).collect();
        match parts[..] {
            // The emulator's key, which the stage sets.
            ["export", assigned] => assert!(assigned.starts_with("QUICKROUTER_API_KEY="), "{line}"),
            ["cargo", "run", "--", ref arguments @ ..] => {
                let before = stage.files().len();
                let ran = stage.run(arguments).await;
                assert_eq!(ran.code, Some(0), "{readme}: {line}: {ran:?}");
                assert_eq!(stage.files().len(), before + 1, "{readme}: {line}: {ran:?}");
                made.push(words[3..].to_vec());
            }
            // This very test runs in it.
            ["cargo", "test", "--workspace"] => {}
            _ => panic!("{readme}: how {line} is run is not known here"),
        }
    }
    made
}

#[tokio::test]
async fn the_commands_of_both_readmes_make_the_same_pictures_possible() {
    let english = run("README.md").await;
    let chinese = run("README.zh-CN.md").await;
    assert_eq!(english.len(), 2);
    // The same commands, but for the prompt.
    let without_prompt = |made: &[Vec<String>]| -> Vec<Vec<String>> {
        made.iter().map(|words| [&words[..1], &words[2..]].concat()).collect()
    };
    assert_eq!(without_prompt(&english), without_prompt(&chinese));
}

#[test]
fn both_readmes_have_the_same_parts() {
    let of = |readme: &str, start: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(readme);
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().filter(|line| line.starts_with(start)).count()
    };
    for start in ["## ", "```", "- **", "| [`"] {
        assert_eq!(of("README.md", start), of("README.zh-CN.md", start), "{start}");
    }
}

/// The settings of MCP clients in a README.
fn client_settings(readme: &str) -> Vec<serde_json::Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(readme);
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("```json\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default());
    blocks.map(|block| serde_json::from_str(block).unwrap()).collect()
}

#[test]
fn the_settings_of_three_clients_are_json_with_a_budget_and_no_key_the_same_in_both_languages() {
    let english = client_settings("README.md");
    let mut chinese = client_settings("README.zh-CN.md");
    assert_eq!(english.len(), 3);
    for (english, chinese) in english.iter().zip(&mut chinese) {
        if let Some(description) = chinese.pointer_mut("/inputs/0/description") {
            *description = english["inputs"][0]["description"].clone();
        }
        assert_eq!(english, chinese);
        let servers = english.get("mcpServers").or(english.get("servers")).unwrap();
        let server = &servers["quickrouter"];
        assert!(server["command"].as_str().unwrap().ends_with("quickrouter"), "{english:#}");
        let args: Vec<_> =
            server["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()).collect();
        assert_eq!(args[..3], ["mcp", "--max-pictures", "5"]);
        let key = server["env"]["QUICKROUTER_API_KEY"].as_str();
        assert!(key.is_none_or(|key| key.starts_with("${")), "{english:#}");
    }
}
