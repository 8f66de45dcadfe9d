"""What was found, as a page to look at or a card to paste."""

from wordvec.evals.report.markdown import model_card
from wordvec.evals.report.page import check_report, write_report

__all__ = ["check_report", "model_card", "write_report"]
