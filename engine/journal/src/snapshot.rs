//! Snapshots as they are kept: the state, compressed, with all that shows whether it is sound and where it belongs.
//!
//! | bytes | what |
//! |---|---|
//! | 0 | magic `SUNS` |
//! | 4 | format version, 2 bytes; then 2 bytes zero |
//! | 8 | CRC-32C of all other bytes |
//! | 12 | logic version |
//! | 16 | bytes of the state before compression, 8 bytes |
//! | 24 | length of the mark, 4 bytes |
//! | 28 | the mark: the tail of the journal and the hash of the state |
//! | … | the state, zstd |

use serde::{Deserialize, Serialize};
use sunline_core::{Domain, Seq, Snapshot, StateHash};

use crate::codec;
use crate::error::JournalError;
use crate::header::LOGIC_VERSION;
use crate::tail::Tail;

const MAGIC: [u8; 4] = *b"SUNS";
const FORMAT: u16 = 1;
const HEAD_BYTES: usize = 28;
const CRC_AT: usize = 8;
/// zstd's own default: about a tenth of the size at some hundred megabytes a second.
const LEVEL: i32 = 3;
/// Bytes of a state at most: some ten million contacts.
const MAX_STATE_BYTES: u64 = 8 << 30;

/// Where a snapshot belongs, and what it must give.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Mark {
    tail: Tail,
    state: StateHash,
}

/// The domain's state at the journal's end `tail`, as bytes.
pub(crate) fn to_bytes(domain: &Domain, tail: &Tail) -> Result<Vec<u8>, JournalError> {
    let state = domain.snapshot().to_bytes();
    let mut mark = Vec::new();
    codec::encode(&Mark { tail: *tail, state: domain.state_hash() }, &mut mark);
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&[0; 6]);
    bytes.extend_from_slice(&LOGIC_VERSION.to_le_bytes());
    bytes.extend_from_slice(&(state.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&(mark.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&mark);
    let packed = zstd::bulk::compress(&state, LEVEL)
        .map_err(|error| JournalError::Snapshot { seq: tail.seq, reason: error.to_string() })?;
    bytes.extend_from_slice(&packed);
    let crc = checksum(&bytes);
    bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
    Ok(bytes)
}

/// The domain of a snapshot and the end of the journal it belongs to.
///
/// # Errors
/// Why it cannot be used, as a sentence.
pub(crate) fn from_bytes(seq: Seq, bytes: &[u8]) -> Result<(Domain, Tail), String> {
    let head = bytes.first_chunk::<HEAD_BYTES>().ok_or("it is too short")?;
    if head[..4] != MAGIC {
        return Err("it does not begin like a snapshot".into());
    }
    let format = u16::from_le_bytes([head[4], head[5]]);
    if format != FORMAT {
        return Err(format!("format {format} is not known to this release"));
    }
    if u32::from_le_bytes(array(head, CRC_AT)) != checksum(bytes) {
        return Err("the checksum does not match".into());
    }
    let logic = u32::from_le_bytes(array(head, 12));
    if logic != LOGIC_VERSION {
        return Err(format!("it is of logic version {logic}, this is {LOGIC_VERSION}"));
    }
    let size = u64::from_le_bytes(array(head, 16));
    let mark_end = HEAD_BYTES + u32::from_le_bytes(array(head, 24)) as usize;
    let mark = bytes.get(HEAD_BYTES..mark_end).ok_or("it is too short")?;
    let mark: Mark = codec::decode(mark).map_err(|error| error.to_string())?;
    if mark.tail.seq != seq {
        return Err(format!("it holds the state after event {}", mark.tail.seq));
    }
    let state = unpack(&bytes[mark_end..], size)?;
    let snapshot = Snapshot::from_bytes(&state).map_err(|error| error.to_string())?;
    let domain = Domain::restore(snapshot).map_err(|error| error.to_string())?;
    let hash = domain.state_hash();
    if hash != mark.state || domain.seq() != seq {
        return Err(format!("its state hashes to {hash}, {} is stated", mark.state));
    }
    Ok((domain, mark.tail))
}

/// Unpacks `size` bytes, and no more whatever the packed bytes say.
fn unpack(packed: &[u8], size: u64) -> Result<Vec<u8>, String> {
    use std::io::Read;
    if size > MAX_STATE_BYTES {
        return Err(format!("a state of {size} bytes is more than {MAX_STATE_BYTES}"));
    }
    let mut state = Vec::new();
    let decoder = zstd::Decoder::new(packed).map_err(|error| error.to_string())?;
    decoder.take(size + 1).read_to_end(&mut state).map_err(|error| error.to_string())?;
    if state.len() as u64 != size {
        return Err(format!("the state does not have {size} bytes"));
    }
    Ok(state)
}

fn checksum(bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&bytes[..CRC_AT]), &bytes[CRC_AT + 4..])
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[at..at + N]);
    array
}
