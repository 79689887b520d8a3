"""All that a fit found, handed to those who describe it."""

from __future__ import annotations

from dataclasses import dataclass

from ogive.data import Encoding
from ogive.fitting import Problem, Solution
from ogive.inference import FitStatistics, SampleAdequacy, sample_adequacy
from ogive.report import Correction
from ogive.workflow.heldout import HeldOut, Recalibrated
from ogive.workflow.inferring import Inferred
from ogive.workflow.options import Options
from ogive.workflow.record import Parameters
from ogive.workflow.study import Study


@dataclass(frozen=True, kw_only=True, eq=False)
class Findings:
    """What a fit found.

    Attributes
    ----------
    study : Study
    options : Options
    encoding, problem, solution
        The final fit, on all rows.
    parameters : Parameters
    inferred : Inferred
        Intervals, tests and effects.
    statistics : FitStatistics
    held_out : HeldOut or None
        None where the model was not evaluated; `folds_note` says why (or that folds are fewer than asked).
    recalibrated : Recalibrated or None
        What a calibrator makes of the held-out predictions, where one was asked for.
    corrected : tuple of Correction
        From the bootstrap; `unusable_resamples` were left out of it.
    """

    study: Study
    options: Options
    encoding: Encoding
    problem: Problem
    solution: Solution
    parameters: Parameters
    inferred: Inferred
    statistics: FitStatistics
    held_out: HeldOut | None
    recalibrated: Recalibrated | None
    folds_note: str
    corrected: tuple[Correction, ...]
    unusable_resamples: int

    @property
    def adequacy(self) -> SampleAdequacy:
        """Whether the data are enough for the model; without shrinkage where the fit is penalised."""
        ratio = self.statistics.null_deviance - self.statistics.deviance
        return sample_adequacy(
            self.study.total,
            self.study.events,
            len(self.solution.coef),
            max(ratio, 0.0) if self.statistics.aic is not None else None,
        )
