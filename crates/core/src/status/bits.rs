//! The entries of a list: packed bits, lowest first, compressed with zlib.

use alloc::vec;
use alloc::vec::Vec;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::StatusListData;
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::wire::base64url;

/// The largest inflated list, in bytes.
const MAX_BYTES: usize = 16 * 1_024 * 1_024;

/// The first size of the output; it doubles until the list fits or is too large.
const FIRST_BYTES: usize = 64 * 1_024;

/// A value in a status list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StatusValue(pub u8);

impl StatusValue {
    /// In force.
    pub const VALID: Self = Self(0);
    /// Ended.
    pub const INVALID: Self = Self(1);
    /// Suspended.
    pub const SUSPENDED: Self = Self(2);
}

/// The entries of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusBits {
    bits: u8,
    bytes: Vec<u8>,
}

impl StatusBits {
    /// Makes a list of at least `size` entries, all valid.
    ///
    /// # Errors
    /// `caller.misuse` unless `bits` is 1, 2, 4 or 8, there is an entry, and the list is not larger
    /// than a reader would take
    ///
    /// # Example
    /// ```
    /// use phr_link::status::{StatusBits, StatusValue};
    /// let mut list = StatusBits::new(1, 1_000_000)?;
    /// list.set(123_456, StatusValue::INVALID)?;
    /// let read = StatusBits::inflate(&list.deflate())?;
    /// assert_eq!(read.get(123_456)?, StatusValue::INVALID);
    /// assert_eq!(read.get(123_457)?, StatusValue::VALID);
    /// # Ok::<(), phr_link::Error>(())
    /// ```
    pub fn new(bits: u8, size: usize) -> Result<Self> {
        if ![1, 2, 4, 8].contains(&bits) {
            return Err(Error::new(Code::CallerMisuse));
        }
        let bytes = size.saturating_mul(usize::from(bits)).div_ceil(8);
        if !(1..=MAX_BYTES).contains(&bytes) {
            return Err(Error::new(Code::CallerMisuse));
        }
        Ok(Self {
            bits,
            bytes: vec![0; bytes],
        })
    }

    /// Inflates a list under the limit; nothing may follow the compressed bytes.
    ///
    /// # Errors
    /// `status.malformed`, `status.too-large`
    ///
    /// # Spec
    /// §8.4
    pub fn inflate(data: &StatusListData) -> Result<Self> {
        let malformed = || Error::at(Code::StatusMalformed, "/status_list");
        let bits = u8::try_from(data.bits).map_err(|_| malformed())?;
        if ![1, 2, 4, 8].contains(&bits) {
            return Err(malformed());
        }
        let compressed = base64url::decode(&data.lst).map_err(|_| malformed())?;
        let mut inflater = DecompressorOxide::new();
        let flags = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let mut bytes = vec![0; FIRST_BYTES];
        let (mut read, mut written) = (0_usize, 0_usize);
        loop {
            let rest = compressed.get(read..).ok_or_else(malformed)?;
            let (status, taken, given) =
                decompress(&mut inflater, rest, &mut bytes, written, flags);
            read = read.saturating_add(taken);
            written = written.saturating_add(given);
            match status {
                TINFLStatus::Done => break,
                TINFLStatus::HasMoreOutput => {
                    if bytes.len() >= MAX_BYTES {
                        return Err(Error::at(Code::StatusTooLarge, "/status_list"));
                    }
                    bytes.resize(bytes.len().saturating_mul(2).min(MAX_BYTES), 0);
                }
                _ => return Err(malformed()),
            }
        }
        if read != compressed.len() || written == 0 {
            return Err(malformed());
        }
        bytes.truncate(written);
        bytes.shrink_to_fit();
        Ok(Self { bits, bytes })
    }

    /// Compresses the list for signing.
    #[must_use]
    pub fn deflate(&self) -> StatusListData {
        let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&self.bytes, 6);
        StatusListData {
            bits: i64::from(self.bits),
            lst: base64url::encode(&compressed),
        }
    }

    /// Counts the entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len().saturating_mul(self.entries_per_byte())
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    const fn entries_per_byte(&self) -> usize {
        match self.bits {
            1 => 8,
            2 => 4,
            4 => 2,
            _ => 1,
        }
    }

    /// Splits an index into byte, shift and mask.
    fn place(&self, index: i64) -> Result<(usize, u32, u8)> {
        let invalid = || Error::at(Code::StatusIndexInvalid, "/status/status_list/idx");
        let index = usize::try_from(index).map_err(|_| invalid())?;
        if index >= self.len() {
            return Err(invalid());
        }
        let per_byte = self.entries_per_byte();
        let shift = u32::try_from(index % per_byte).map_err(|_| invalid())?;
        let mask = match self.bits {
            8 => u8::MAX,
            bits => 1_u8.wrapping_shl(u32::from(bits)).wrapping_sub(1),
        };
        let shift = shift * u32::from(self.bits);
        let shift = if mutant!("m-status-msb-first") {
            8_u32
                .saturating_sub(u32::from(self.bits))
                .saturating_sub(shift)
        } else {
            shift
        };
        Ok((index / per_byte, shift, mask))
    }

    /// Gives an entry.
    ///
    /// # Errors
    /// `status.index-invalid`
    pub fn get(&self, index: i64) -> Result<StatusValue> {
        if mutant!("m-status-oob-valid") && self.place(index).is_err() {
            return Ok(StatusValue::VALID);
        }
        let (byte, shift, mask) = self.place(index)?;
        let byte = self.bytes.get(byte).copied().unwrap_or(u8::MAX);
        Ok(StatusValue(byte.wrapping_shr(shift) & mask))
    }

    /// Sets an entry.
    ///
    /// # Errors
    /// `status.index-invalid`; `caller.misuse` if the value needs more bits
    pub fn set(&mut self, index: i64, value: StatusValue) -> Result<()> {
        let (byte, shift, mask) = self.place(index)?;
        if value.0 & !mask != 0 {
            return Err(Error::new(Code::CallerMisuse));
        }
        if let Some(byte) = self.bytes.get_mut(byte) {
            *byte = (*byte & !mask.wrapping_shl(shift)) | value.0.wrapping_shl(shift);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(bits: i64, lst: &str) -> StatusListData {
        StatusListData {
            bits,
            lst: lst.into(),
        }
    }

    #[test]
    fn the_examples_of_the_standard_are_read_lowest_bit_first() {
        let one = StatusBits::inflate(&data(1, "eNrbuRgAAhcBXQ")).unwrap();
        let values: Vec<u8> = (0..16).map(|index| one.get(index).unwrap().0).collect();
        assert_eq!(values, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
        let two = StatusBits::inflate(&data(2, "eNo76fITAAPfAgc")).unwrap();
        let values: Vec<u8> = (0..12).map(|index| two.get(index).unwrap().0).collect();
        assert_eq!(values, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
        assert_eq!(two.get(12).unwrap_err().code(), Code::StatusIndexInvalid);
        assert_eq!(two.get(-1).unwrap_err().code(), Code::StatusIndexInvalid);
    }

    #[test]
    fn what_is_set_is_read_in_every_width() {
        for bits in [1_u8, 2, 4, 8] {
            let mut list = StatusBits::new(bits, 1_001).unwrap();
            for index in 0..1_001_i64 {
                let value = u8::try_from(index % (1 << bits)).unwrap();
                list.set(index, StatusValue(value)).unwrap();
            }
            let read = StatusBits::inflate(&list.deflate()).unwrap();
            assert_eq!(read, list);
            for index in 0..1_001_i64 {
                assert_eq!(i64::from(read.get(index).unwrap().0), index % (1 << bits));
            }
        }
        assert!(
            StatusBits::new(1, 8)
                .unwrap()
                .set(0, StatusValue(2))
                .is_err()
        );
    }

    #[test]
    fn bad_compression_is_refused() {
        let good = StatusBits::new(1, 100_000).unwrap().deflate();
        let bytes = base64url::decode(&good.lst).unwrap();
        let code = |bytes: &[u8]| {
            StatusBits::inflate(&data(1, &base64url::encode(bytes)))
                .unwrap_err()
                .code()
        };
        for length in 0..bytes.len() {
            assert_eq!(code(&bytes[..length]), Code::StatusMalformed, "{length}");
        }
        assert_eq!(
            code(&[bytes.clone(), vec![0]].concat()),
            Code::StatusMalformed
        );
        assert_eq!(code(&bytes[2..]), Code::StatusMalformed);
        let mut corrupt = bytes;
        *corrupt.last_mut().unwrap() ^= 1;
        assert_eq!(code(&corrupt), Code::StatusMalformed);
        let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; MAX_BYTES + 1], 9);
        assert!(bomb.len() < 32_768);
        assert_eq!(code(&bomb), Code::StatusTooLarge);
        let full = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; MAX_BYTES], 9);
        assert!(StatusBits::inflate(&data(1, &base64url::encode(&full))).is_ok());
        for bits in [0, 3, 16, -1] {
            assert!(StatusBits::inflate(&data(bits, &good.lst)).is_err());
        }
    }
}
