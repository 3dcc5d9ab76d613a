//! Whether Cello's cookies may be set before a visitor agrees: a person's decision where the application promises
//! something about cookies or has a tool that asks.
//!
//! Pages that would load the script wait for the answer. Some tools are heard by the client script itself; what others
//! call is for a person to connect. Near misses: an application that says nothing of cookies,
//! where nothing is asked.

use super::basis::Basis;
use super::client_options::OPTIONS;
use super::draft::{Answers, Draft};
use crate::plan::{Evidence, HandWork, Status, Verdict};
use crate::survey::pages::{Consent, consent};

const QUESTION: &str = "consent";

/// The tool that the client script hears, where somebody decided that Cello's cookies wait for consent: the only one of
/// the site.
pub fn consent_tool(basis: &Basis) -> Option<&'static str> {
    basis.answers.get(QUESTION).filter(|answer| answer.value == "after-consent")?;
    heard(&consent(basis.target, basis.package))
}

fn heard(found: &[Consent]) -> Option<&'static str> {
    let mut tools = found.iter().filter_map(|one| one.tool);
    let tool = tools.next()?;
    let is_heard = OPTIONS.iter().any(|option| option.tool == Some(tool));
    (is_heard && tools.all(|other| other == tool)).then_some(tool)
}

/// Lets the steps that load the script wait for the decision, or say what it means.
pub fn ask_consent(drafts: &mut [Draft], found: &[Consent], answers: &Answers) {
    if found.is_empty() {
        return;
    }
    let answer = answers.get(QUESTION).map(|answer| answer.value.as_str());
    let mut told = false;
    for draft in drafts.iter_mut().filter(|draft| draft.status == Status::Ready) {
        draft.needs.push(QUESTION.to_string());
        match answer {
            Some("necessary") => {}
            Some("after-consent") => {
                if heard(found).is_none() && !std::mem::replace(&mut told, true) {
                    draft.by_hand.push(connect(found));
                }
            }
            _ => {
                draft.status = Status::Decide;
                for account in
                    draft.accounts.iter_mut().filter(|account| account.verdict != Verdict::NotApplicable)
                {
                    account.verdict = Verdict::Undecided;
                    account.reason = "it waits for the decision on cookies".to_string();
                }
            }
        }
        draft.evidence.extend(found.iter().take(3).map(|one| Evidence {
            at: one.at.clone(),
            fact: match one.tool {
                Some(tool) => format!("{tool} asks visitors for consent"),
                None => "says something of cookies that Cello's have to keep to".to_string(),
            },
        }));
    }
}

/// What connects the tool, or a banner of their own.
fn connect(found: &[Consent]) -> HandWork {
    let tool = found.iter().find(|one| one.tool.is_some());
    let call = |command: &str| format!("window.CelloAttribution?.('{command}')");
    let (allow, delete) = (call("allowCookies"), call("deleteCookies"));
    let text = match tool.and_then(|one| one.tool) {
        Some("CookieYes") => format!(
            "document.addEventListener('cookieyes_consent_update', ({{ detail }}) =>\n  detail.accepted.includes('advertisement') ? {allow} : {delete});"
        ),
        _ => format!("{allow}; // agreed\n{delete}; // refused"),
    };
    HandWork {
        todo: "Ask Cello to switch the account to custom cookie handling, and call this where a visitor agrees or refuses."
            .to_string(),
        place: tool.or(found.first()).map(|one| one.at.clone()),
        text,
        turns_green: Some("qa-27".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::Answer;
    use crate::target::SourceText;

    fn after(answer: Option<&str>, tool: Option<&'static str>) -> Vec<Draft> {
        let at = SourceText::new("a.html", "No tracking cookies without consent").at(0..10);
        let mut drafts = vec![
            Draft::new("page-script", "a", Status::Ready, "one"),
            Draft::new("page-script", "b", Status::Ready, "two"),
            Draft::new("page-script", "c", Status::Done, "three"),
        ];
        let answers: Answers = answer
            .map(|value| (QUESTION.to_string(), Answer { value: value.into(), by: "flag".into() }))
            .into_iter()
            .collect();
        ask_consent(&mut drafts, &[Consent { at, tool }], &answers);
        drafts
    }

    #[test]
    fn a_site_with_two_tools_is_for_a_person() {
        let at = SourceText::new("a.html", "text").at(0..4);
        let found = |tools: &[Option<&'static str>]| {
            heard(&tools.iter().map(|&tool| Consent { at: at.clone(), tool }).collect::<Vec<_>>())
        };
        assert_eq!(found(&[None, Some("OneTrust"), Some("OneTrust")]), Some("OneTrust"));
        assert_eq!(found(&[Some("OneTrust"), Some("Cookiebot")]), None);
        assert_eq!(found(&[Some("Klaro")]), None);
        assert_eq!(found(&[None]), None);
    }

    #[test]
    fn ready_pages_wait_for_the_answer_and_then_say_what_to_connect() {
        let open = after(None, None);
        let statuses: Vec<Status> = open.iter().map(|draft| draft.status).collect();
        assert_eq!(statuses, [Status::Decide, Status::Decide, Status::Done]);
        assert_eq!(
            (open[0].needs.as_slice(), open[0].evidence.len()),
            (["consent".to_string()].as_slice(), 1)
        );

        let agreed = after(Some("after-consent"), Some("CookieYes"));
        assert_eq!(
            (agreed[0].status, agreed[0].by_hand.len(), agreed[1].by_hand.len()),
            (Status::Ready, 1, 0)
        );
        assert!(agreed[0].by_hand[0].text.contains("cookieyes_consent_update"));
        // What the client script hears is not left to anybody.
        for tool in ["Cookiebot", "OneTrust"] {
            let wired = after(Some("after-consent"), Some(tool));
            assert_eq!((wired[0].status, wired[0].by_hand.len()), (Status::Ready, 0));
        }
        let necessary = after(Some("necessary"), None);
        assert!(necessary[0].status == Status::Ready && necessary[0].by_hand.is_empty());
    }
}
