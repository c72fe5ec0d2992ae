"""The table of hostile inputs: what is sent, and the answer that it has to get."""

from tests.hostile.bodies import BODIES
from tests.hostile.fields import FIELDS
from tests.hostile.heads import HEADS
from tests.hostile.paths import PATHS
from tests.hostile.pictures import PICTURES

INPUTS = {hostile.name: hostile for hostile in BODIES + FIELDS + PICTURES + PATHS + HEADS}
