//! The specification's tables, row by row; each case holds for both families unless it says otherwise.

mod actors;
mod assertions;
mod direct;
mod entries;
mod landing;
mod lists;
mod numbers;
mod pending;
mod rows;
