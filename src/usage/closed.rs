//! In: names known when the program is built. Out: enums whose every value is one of them, so that
//! nothing a visitor sends can become a new one.

/// An enum with `ALL`, `id()` (the cell's name in released counts) and `code()` (its place in
/// `ALL`); `from_code` is its inverse.
macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $id:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$of])* $variant),+ }

        #[allow(dead_code, reason = "not every list is kept by its codes")]
        impl $name {
            /// Every value, in the order of the codes.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name in counts and exports; stable.
            pub const fn id(self) -> &'static str {
                match self { $($name::$variant => $id),+ }
            }

            pub(crate) const fn code(self) -> u8 {
                self as u8
            }

            pub(crate) fn from_code(code: u8) -> Option<$name> {
                $name::ALL.get(usize::from(code)).copied()
            }
        }
    };
}

pub(super) use closed_list;
