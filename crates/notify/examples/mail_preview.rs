//! Writes every built-in mail in both languages into a folder, to be looked at:
//! `cargo run -p countersign-notify --example mail_preview -- FOLDER`.

use std::path::PathBuf;

use countersign_notify::render::{Template, Templates};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder to write to")?);
    std::fs::create_dir_all(&folder)?;
    for (template, locale) in
        Template::ALL.into_iter().flat_map(|template| [(template, "en"), (template, "de")])
    {
        if let Ok(mail) = Templates::built_in().email(template, Some(locale), &Template::samples()) {
            let file = |ending| folder.join(format!("{}.{locale}.{ending}", template.name()));
            std::fs::write(file("html"), mail.html)?;
            std::fs::write(file("txt"), format!("Subject: {}\n\n{}", mail.subject, mail.text))?;
        }
    }
    Ok(())
}
