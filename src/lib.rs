//! Paravent. (The map is drawn as the rooms are built.)
pub mod cli;
pub mod clock;
pub mod config;
pub mod consent;
pub mod demo;
pub mod html;
pub mod policy;
pub mod request;
pub mod response;
pub mod server;
pub mod visitor;
