//! In: the templates of pages in the store, and the operator's decision. Out: a list, or the decision kept.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Subcommand;

use super::Open;
use crate::cli::failure::Failure;
use crate::store::{PageTemplate, TemplateState};

/// What to do with a template; without one they are listed.
#[derive(Debug, Subcommand)]
pub(super) enum Decision {
    /// Count its pages under it, from the next day on
    Approve {
        /// The site, as `paravent check` names it
        site: String,
        /// As listed: `/medecins/{…}`; `{}` may stand for `{…}`
        template: String,
    },
    /// Leave its pages as they are, and do not suggest it again
    Decline {
        /// The site, as `paravent check` names it
        site: String,
        /// As listed: `/medecins/{…}`; `{}` may stand for `{…}`
        template: String,
    },
}

pub(super) fn run(open: &Open, decision: Option<Decision>) -> Result<ExitCode, Failure> {
    let (site, template, state) = match decision {
        None => {
            print!("{}", listed(&open.store.templates()?));
            return Ok(ExitCode::SUCCESS);
        }
        Some(Decision::Approve { site, template }) => (site, template, TemplateState::Approved),
        Some(Decision::Decline { site, template }) => (site, template, TemplateState::Declined),
    };
    let site = &open.site(&site)?.name;
    let template = template.replace("{}", "{…}");
    if !open.store.decide_template(site, &template, state)? {
        eprintln!(
            "no survey of {site} suggested {template}; `paravent usage templates` lists what was suggested, and a \
             template of your own goes into the config: [site.usage] pages = [\"{template}\"]"
        );
        return Ok(ExitCode::FAILURE);
    }
    let told = match state {
        TemplateState::Approved => "its pages are counted under it from the next day on",
        TemplateState::Suggested | TemplateState::Declined => {
            "it is not suggested again; an approval ends with the day"
        }
    };
    println!("{site}: {template}: {told}");
    Ok(ExitCode::SUCCESS)
}

fn listed(templates: &[PageTemplate]) -> String {
    if templates.is_empty() {
        return "no survey has suggested a template\n".to_owned();
    }
    templates.iter().fold(String::new(), |mut text, of| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\t{}\tsince {}\t{}", of.site, of.state.id(), of.since.iso(), of.template);
        text
    })
}
