"""What is kept on paper; one module per noun."""

from .audit import AuditChain, AuditEntry, AuditPersonal, LogHead
from .calendar import CalendarDay
from .document import Document, DocumentStatus, NumberRegister
from .notice import Notice, NoticePreference
from .outbox import OutboxMessage
from .print_batch import PrintBatch, PrintChunk
from .seal import Seal
from .upload import StoredFile

__all__ = [
    "AuditChain",
    "AuditEntry",
    "AuditPersonal",
    "CalendarDay",
    "Document",
    "DocumentStatus",
    "LogHead",
    "Notice",
    "NoticePreference",
    "NumberRegister",
    "OutboxMessage",
    "PrintBatch",
    "PrintChunk",
    "Seal",
    "StoredFile",
]
